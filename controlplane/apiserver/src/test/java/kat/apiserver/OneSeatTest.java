package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A user whose level of priority has one seat and no queue.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OneSeatTest {

    private static final String FLOWS = "/apis/flowcontrol.apiserver.k8s.io/v1/";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String MORE =
            "&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    private static final String[] JANE = {"Impersonate-User", "jane"};

    /// It has so many shares that each other level has one seat of its own.
    private static final String LARGE =
            """
            {"metadata":{"name":"large"},"spec":{"type":"Limited","limited":{
              "nominalConcurrencyShares":100000,"lendablePercent":100,
              "limitResponse":{"type":"Reject"}}}}
            """;

    private static final String SMALL =
            """
            {"metadata":{"name":"small"},"spec":{"type":"Limited","limited":{
              "nominalConcurrencyShares":1,"borrowingLimitPercent":0,
              "limitResponse":{"type":"Reject"}}}}
            """;

    private static final String OF_JANE =
            """
            {"metadata":{"name":"of-jane"},"spec":{"matchingPrecedence":50,
              "priorityLevelConfiguration":{"name":"small"},"rules":[{
                "subjects":[{"kind":"User","user":{"name":"jane"}}],
                "nonResourceRules":[{"verbs":["*"],"nonResourceURLs":["*"]}],
                "resourceRules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"],
                  "clusterScope":true,"namespaces":["*"]}]}]}}
            """;

    private static final String RIGHTS =
            """
            {"metadata":{"name":"jane"},"subjects":[{"kind":"User","name":"jane",
              "apiGroup":"rbac.authorization.k8s.io"}],"roleRef":{"kind":"ClusterRole",
              "name":"cluster-admin","apiGroup":"rbac.authorization.k8s.io"}}
            """;

    private static final String WEBHOOK =
            """
            {"metadata":{"name":"slow"},"webhooks":[{"name":"slow.example.org",
              "clientConfig":{"url":"%s","caBundle":"%s"},"rules":[{"apiGroups":[""],
                "apiVersions":["v1"],"resources":["configmaps"],"operations":["CREATE"]}],
              "objectSelector":{"matchLabels":{"slow":"true"}},"timeoutSeconds":30,
              "sideEffects":"None","admissionReviewVersions":["v1"]}]}
            """;

    @TempDir Path folder;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private HttpsHook hook;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        hook = new HttpsHook(folder.resolve("hook"));
        hook.answer("/slow", _ -> allowedOnceReleased());
        served = Served.start(folder.resolve("server"));
        create("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", RIGHTS);
        create(
                "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
                WEBHOOK.formatted(hook.url("/slow"), hook.authority()));
        create(FLOWS + "prioritylevelconfigurations", LARGE);
        create(FLOWS + "prioritylevelconfigurations", SMALL);
        create(FLOWS + "flowschemas", OF_JANE);
    }

    @AfterEach
    void stop() {
        released.countDown();
        served.close();
        hook.close();
    }

    private JsonObject allowedOnceReleased() {
        reached.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return JsonObject.of("allowed", Json.of(true));
    }

    @Test
    void refusesWhatFindsNoSeatAsKubernetesDoes() throws Exception {
        FutureTask<HttpResponse<String>> holding = holding();

        HttpResponse<String> refused = jane("GET", "/version", "");

        assertEquals(429, refused.statusCode());
        assertEquals("Too many requests, please try again later.\n", refused.body());
        assertEquals("1", header(refused, "Retry-After"));
        assertEquals("text/plain; charset=utf-8", header(refused, "Content-Type"));
        assertEquals("nosniff", header(refused, "X-Content-Type-Options"));
        assertEquals(uid("flowschemas/of-jane"), header(refused, "X-Kubernetes-PF-FlowSchema-UID"));
        assertEquals(
                uid("prioritylevelconfigurations/small"),
                header(refused, "X-Kubernetes-PF-PriorityLevel-UID"));
        // also what could be answered at once takes its turn
        assertEquals(429, jane("GET", MAPS + "/absent", "").statusCode());
        // others have their own seats
        assertEquals(200, served.client().admin("GET", "/version", "").statusCode());

        released.countDown();
        assertEquals(201, holding.get().statusCode());
        untilServed();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, pods/none/log?follow=true",
        "POST, pods/none/exec?command=ls&stdout=true",
        "POST, pods/none/attach?stdout=true",
        "POST, pods/none/portforward",
        "GET, pods/none/proxy/",
        "GET, services/none/proxy/",
    })
    void whatLastsLongWantsNoSeat(String method, String path) throws Exception {
        FutureTask<HttpResponse<String>> holding = holding();

        HttpResponse<String> answer = jane(method, "/api/v1/namespaces/default/" + path, "");

        assertEquals(429, jane("GET", MAPS + "/absent", "").statusCode());
        assertNotEquals(429, answer.statusCode(), answer.body());
        released.countDown();
        assertEquals(201, holding.get().statusCode());
    }

    @Test
    void watchesHoldNoSeatOnceTheyHaveBegun() throws Exception {
        create(MAPS, "{\"metadata\":{\"name\":\"there\"}}");
        List<BufferedReader> watches = new ArrayList<>();
        for (String query : List.of("", "&resourceVersion=0", "&sendInitialEvents=true" + MORE)) {
            BufferedReader watch = watch(query);
            awaitAdded(watch, "there");
            watches.add(watch);
        }

        untilServed();
        untilServed(MAPS + "/there");
        FutureTask<HttpResponse<String>> holding = holding();
        // that was the one seat: the watches have none of it, and go on meanwhile
        assertEquals(429, jane("GET", "/version", "").statusCode());
        create(MAPS, "{\"metadata\":{\"name\":\"later\"}}");
        for (BufferedReader watch : watches) {
            awaitAdded(watch, "later");
            watch.close();
        }

        released.countDown();
        assertEquals(201, holding.get().statusCode());
    }

    private BufferedReader watch(String query) throws Exception {
        HttpResponse<InputStream> answer =
                served.client().open(MAPS + "?watch=true" + query, "application/json", JANE);
        assertEquals(200, answer.statusCode());
        return new BufferedReader(new InputStreamReader(answer.body(), UTF_8));
    }

    private static void awaitAdded(BufferedReader watch, String name) throws Exception {
        JsonObject event = JsonObject.EMPTY;
        while (!event.object("object").object("metadata").string("name").equals(name)) {
            String line = watch.readLine();
            assertNotNull(line, "the watch has ended");
            event = (JsonObject) Json.parse(line.getBytes(UTF_8));
        }
        assertEquals("ADDED", event.string("type"));
    }

    /// A request that has the seat until it is released.
    private FutureTask<HttpResponse<String>> holding() throws InterruptedException {
        String slow = "{\"metadata\":{\"name\":\"slow\",\"labels\":{\"slow\":\"true\"}}}";
        Callable<HttpResponse<String>> create = () -> jane("POST", MAPS, slow);
        FutureTask<HttpResponse<String>> holding = new FutureTask<>(create);
        Thread.ofVirtual().start(holding);
        reached.await();
        return holding;
    }

    /// A seat is given back behind the answer, so the next request may come too early.
    private void untilServed() throws Exception {
        untilServed("/version");
    }

    private void untilServed(String path) throws Exception {
        int code = jane("GET", path, "").statusCode();
        while (code == 429) {
            code = jane("GET", path, "").statusCode();
        }
        assertEquals(200, code);
    }

    private HttpResponse<String> jane(String method, String path, String body) throws Exception {
        return served.client()
                .admin(method, path, body, JANE[0], JANE[1], "Content-Type", "application/json");
    }

    private void create(String path, String object) throws Exception {
        HttpResponse<String> made =
                served.client().admin("POST", path, object, "Content-Type", "application/json");
        assertEquals(201, made.statusCode(), made.body());
    }

    private String uid(String path) throws Exception {
        String body = served.client().admin("GET", FLOWS + path, "").body();
        return ((JsonObject) Json.parse(body.getBytes(UTF_8))).object("metadata").string("uid");
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
