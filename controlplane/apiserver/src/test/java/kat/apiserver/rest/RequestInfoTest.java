package kat.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kat.api.Kind;
import kat.api.Kinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestInfoTest {

    private static RequestInfo get(String path) {
        return RequestInfo.of("GET", path, Query.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/configmaps/m, true",
        "/api/v1/configmaps, false",
        "/api/v1/namespaces/n/configmaps, false",
        "/api/v1/namespaces/n/configmaps/m, false"
    })
    void misplacesNamesWithoutTheirNamespace(String path, boolean misplaced) {
        assertEquals(misplaced, get(path).isMisplaced(Kinds.CONFIG_MAP));
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/nodes/x, false",
        "/api/v1/namespaces/n/nodes, true",
        "/api/v1/namespaces/n/nodes/x, true"
    })
    void misplacesNodesInNamespaces(String path, boolean misplaced) {
        Kind node = Kinds.NODE;

        assertEquals(misplaced, get(path).isMisplaced(node));
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/watch, true",
        "/apis/apps/v1/proxy/, true",
        "/api/v1/watch/pods, false",
        "/api/watch, false",
        "/apis/apps/watch, false",
        "/api/v1/namespaces/n/watch, false",
        "/, false"
    })
    void seesPathsThatEndWhereAnOldWayToWatchBegins(String path, boolean cutShort) {
        assertEquals(cutShort, RequestInfo.isCutShort(path));
    }

    @Test
    void knowsNamespacesByTheirName() {
        Kind namespace = Kinds.NAMESPACE;

        assertFalse(get("/api/v1/namespaces/n").isMisplaced(namespace));
        assertTrue(get("/api/v1/namespaces/n/namespaces").isMisplaced(namespace));
        assertTrue(get("/api/v1/namespaces/n/namespaces/m").isMisplaced(namespace));
        assertTrue(get("/api/v1/namespaces/n/namespaces/m/finalize").isMisplaced(namespace));
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/namespaces/n/pods/, false",
        "/api/v1/namespaces//pods, false",
        "/api/v1/namespaces/n//pods, true",
        "/api//v1/pods, true"
    })
    void seesWhatIsMissingBetweenTwoSlashes(String path, boolean gap) {
        assertEquals(gap, get(path).hasGap());
    }

    @Test
    void takesAnEmptyNamespaceForAllOfThem() {
        RequestInfo info = get("/api/v1/namespaces//pods");

        assertEquals("pods", info.resource());
        assertEquals("", info.namespace());
        assertEquals("list", info.verb());
    }

    @Test
    void takesAnEscapedSlashForASlash() {
        RequestInfo info = get("/api/v1/namespaces/n/configmaps/a%2Fb");

        assertEquals("a", info.name());
        assertEquals("b", info.subresource());
    }

    @Test
    void keepsAPlusInAName() {
        assertEquals("a+b c", get("/api/v1/namespaces/n/configmaps/a+b%20c").name());
    }

    @Test
    void getsANamedObjectEvenWhenAWatchIsAskedFor() {
        RequestInfo info =
                RequestInfo.of("GET", "/api/v1/namespaces/n/configmaps/m", Query.parse("watch=1"));

        assertEquals("get", info.verb());
    }

    private static String selector(String method, String path) {
        Query query = Query.parse("fieldSelector=spec.nodeName%3Dn");
        return RequestInfo.of(method, path, query).fieldSelector(query);
    }

    @Test
    void permissionsDependOnASelectorOnlyWhereItSelects() {
        String pods = "/api/v1/namespaces/watch/pods";

        assertEquals("spec.nodeName=n", selector("GET", pods));
        assertEquals("spec.nodeName=n", selector("DELETE", pods));
        assertEquals("", selector("GET", pods + "/p"));
        assertEquals("", selector("POST", pods));
        assertEquals("", selector("GET", "/api/v1/watch/pods"));
        assertEquals("", selector("GET", "/apis/apps/v1/watch/deployments"));
        assertEquals("", selector("GET", "/version"));
    }

    @Test
    void takesTheNameThatAListSelects() {
        String pods = "/api/v1/namespaces/n/pods";

        for (String selects : new String[] {"=a", "==a", "=a,spec.nodeName=n"}) {
            Query query = Query.parse("fieldSelector=metadata.name" + selects);
            assertEquals("a", RequestInfo.of("GET", pods, query).name(), selects);
        }
        for (String selects : new String[] {"!=a", "=a=b", "=a/b"}) {
            Query query = Query.parse("fieldSelector=metadata.name" + selects);
            assertEquals("", RequestInfo.of("GET", pods, query).name(), selects);
        }
    }
}
