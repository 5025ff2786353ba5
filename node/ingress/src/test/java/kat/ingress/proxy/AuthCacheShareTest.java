package kat.ingress.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.ingress.route.ExternalAuth;
import kat.ingress.route.ServerUrl;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthCacheShareTest {

    private static final ExternalAuth RULE =
            new ExternalAuth(
                    new ServerUrl(false, "auth.default.svc", 80, "/ask"),
                    "",
                    "",
                    "",
                    List.of(),
                    "",
                    null,
                    false,
                    new ExternalAuth.Cache("key", Map.of(0, 60)));

    @ParameterizedTest
    @CsvSource({"1, 1024", "16, 1024", "64, 256", "16384, 1", "16385, 0"})
    void keepsNoMoreThanItsShareOfAllAndTheLatestOfIt(int caches, int kept) {
        AuthCache filled = new AuthCache(RULE);
        List<AuthCache> all = new ArrayList<>();
        for (int i = 1; i < caches; i++) {
            all.add(new AuthCache(RULE));
        }
        all.add(filled);
        fill(filled);

        AuthCache.share(all);
        int before = known(filled);
        fill(filled);

        assertEquals(kept, before);
        assertEquals(kept, known(filled));
        assertEquals(kept > 0, filled.find("k1999", 0) != null);
    }

    private static void fill(AuthCache cache) {
        for (int i = 0; i < 2000; i++) {
            cache.put("k" + i, 200, new DefaultHttpHeaders(), 0);
        }
    }

    private static int known(AuthCache cache) {
        int known = 0;
        for (int i = 0; i < 2000; i++) {
            known += cache.find("k" + i, 0) == null ? 0 : 1;
        }
        return known;
    }
}
