package kat.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.StatusException;
import kat.apiserver.auth.User;
import kat.apiserver.http.Request;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ImpersonationTest {

    /// A request of which only the headers matter.
    private record Asked(Map<String, String> headers) implements Request {
        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String path() {
            return "/";
        }

        @Override
        public String rawQuery() {
            return "";
        }

        @Override
        public @Nullable String header(String name) {
            return headers.get(name);
        }

        @Override
        public List<String> headers(String name) {
            return headers.containsKey(name) ? List.of(headers.get(name)) : List.of();
        }

        @Override
        public List<Map.Entry<String, String>> allHeaders() {
            return List.copyOf(headers.entrySet());
        }

        @Override
        public byte[] body() {
            return new byte[0];
        }

        @Override
        public Peer peer() {
            return new Peer(List.of(), true, "127.0.0.1");
        }
    }

    private static User wanted(Map<String, String> headers) {
        return Impersonation.wanted(new Asked(headers));
    }

    @Test
    void wantsNothingWithoutTheHeaders() {
        assertNull(wanted(Map.of()));
    }

    @Test
    void readsEveryPart() {
        User user =
                wanted(
                        Map.of(
                                "impersonate-user", "dave",
                                "impersonate-group", "staff",
                                "impersonate-uid", "7",
                                "impersonate-extra-acme.com%2fteam", "blue"));

        assertEquals(
                new User(
                        "dave",
                        "7",
                        List.of("staff"),
                        new TreeMap<>(Map.of("acme.com/team", List.of("blue")))),
                user);
    }

    @Test
    void refusesPartsWithoutAUser() {
        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () -> wanted(Map.of("impersonate-group", "system:masters")));

        assertEquals(400, refused.status().code());
        assertEquals(
                "requested &user.DefaultInfo{Name:\"\", UID:\"\", Groups:[]string{\"system:masters\"},"
                        + " Extra:map[string][]string(nil)} without impersonating a user name",
                refused.status().message());
    }
}
