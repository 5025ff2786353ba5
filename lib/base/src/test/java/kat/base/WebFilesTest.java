package kat.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebFilesTest {

    @TempDir Path top;
    private WebFiles files;

    @BeforeEach
    void build() throws IOException {
        Path page = Files.createDirectories(top.resolve("page"));
        Files.createDirectories(page.resolve("assets"));
        Files.writeString(page.resolve("index.html"), "index");
        Files.writeString(page.resolve("assets/main.js"), "plain");
        Files.writeString(page.resolve("assets/main.js.gz"), "small");
        Files.writeString(top.resolve("secret.js"), "secret");
        files = new WebFiles(page, "/page/");
    }

    private WebFiles.Found get(String path) throws IOException {
        return files.find(new WebFiles.Wanted("GET", path, "", ""));
    }

    private static String body(WebFiles.Found found) {
        return new String(found.body().getFirst(), UTF_8);
    }

    @Test
    void pathsThatThePageKnowsAreTheIndex() throws IOException {
        for (String path : new String[] {"/page/", "/page/list", "/page/crds/toys.example.com"}) {
            assertEquals("index", body(get(path)), path);
            assertEquals("no-cache", get(path).headers().get("cache-control"), path);
        }
    }

    @Test
    void nothingLeadsOutOfTheFolder() throws IOException {
        for (String path :
                new String[] {
                    "/page/assets/../../secret.js",
                    "/page/assets/..",
                    "/page/assets//secret.js",
                    "/page/../secret.js",
                    "/page/assets/.hidden.js",
                    "/page/assets/main.js.gz"
                }) {
            WebFiles.Found found = get(path);
            assertTrue(found.code() == 404 || body(found).equals("index"), path);
        }
    }

    @Test
    void theCompressedFormIsForWhoTakesIt() throws IOException {
        WebFiles.Found plain = get("/page/assets/main.js");
        WebFiles.Found small =
                files.find(new WebFiles.Wanted("GET", "/page/assets/main.js", "br, gzip", ""));

        assertEquals("plain", body(plain));
        assertEquals("small", body(small));
        assertEquals("gzip", small.headers().get("content-encoding"));
        assertEquals("text/javascript; charset=utf-8", small.headers().get("content-type"));
    }

    @Test
    void whoKnowsAFileGetsNoneAgain() throws IOException {
        String tag = get("/page/").headers().get("etag");

        WebFiles.Found again = files.find(new WebFiles.Wanted("GET", "/page/", "", tag));

        assertEquals(304, again.code());
        assertEquals(0, again.body().size());
    }

    @Test
    void onlyReadsAreTaken() throws IOException {
        WebFiles.Found found = files.find(new WebFiles.Wanted("POST", "/page/", "", ""));

        assertEquals(405, found.code());
    }

    @Test
    void everyAnswerForbidsFramesAndInlineScripts() throws IOException {
        for (String path : new String[] {"/page/", "/page/assets/absent.js", "/page"}) {
            String policy = get(path).headers().get("content-security-policy");
            assertTrue(policy.contains("frame-ancestors 'none'"), path);
            assertFalse(policy.contains("unsafe"), path);
        }
    }

    @Test
    void theFolderNeedNotBeThereYet() throws IOException {
        WebFiles absent = new WebFiles(top.resolve("absent"), "/page/");

        assertEquals(404, absent.find(new WebFiles.Wanted("GET", "/page/", "", "")).code());
    }
}
