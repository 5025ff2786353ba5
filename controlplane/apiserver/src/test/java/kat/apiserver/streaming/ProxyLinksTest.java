package kat.apiserver.streaming;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyLinksTest {

    private static final String PREFIX = "/api/v1/namespaces/n/pods/p/proxy";

    @Test
    void leadsLinksToTheRootThroughTheProxy() {
        String html =
                "<a href=\"/here\">a</a><img src='/x.png'><a href=\"there\">b</a>"
                        + "<a href=\"//else.where/\">c</a><a href=\"https://else.where/\">d</a>";

        String rewritten = ProxyLinks.rewrite(html, PREFIX);

        assertEquals(
                "<a href=\"/api/v1/namespaces/n/pods/p/proxy/here\">a</a>"
                        + "<img src='/api/v1/namespaces/n/pods/p/proxy/x.png'>"
                        + "<a href=\"there\">b</a>"
                        + "<a href=\"//else.where/\">c</a><a href=\"https://else.where/\">d</a>",
                rewritten);
        assertEquals(rewritten, ProxyLinks.rewrite(rewritten, PREFIX));
    }

    @ParameterizedTest
    @CsvSource({
        "/next?x=1, /api/v1/namespaces/n/pods/p/proxy/next?x=1",
        "http://10.0.0.1:80/next, /api/v1/namespaces/n/pods/p/proxy/next",
        "https://else.where/next, https://else.where/next",
        "next, next",
    })
    void leadsRedirectsThroughTheProxy(String value, String shown) {
        URI from = URI.create("http://10.0.0.1:80/first");

        assertEquals(shown, ProxyLinks.location(value, from, PREFIX));
    }
}
