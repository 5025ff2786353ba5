package kat.dev.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;

class ProblemsTest {

    private static List<String> problems(String pods) {
        return Problems.of(Yaml.readObjects(pods)).stream()
                .map(problem -> problem + (problem.isLasting() ? " !" : ""))
                .toList();
    }

    @Test
    void tellsWhyContainersDoNotRun() {
        assertEquals(
                List.of(
                        "pod/a web: ImagePullBackOff: no such image !",
                        "pod/a side: CrashLoopBackOff: back-off; it ended with 3 !",
                        "pod/a late: it ended with 1"),
                problems(
                        """
                        metadata: {name: a, creationTimestamp: "2026-01-01T00:00:00Z"}
                        status:
                          containerStatuses:
                            - name: web
                              state: {waiting: {reason: ImagePullBackOff, message: no such image}}
                            - name: side
                              state: {waiting: {reason: CrashLoopBackOff, message: back-off}}
                              lastState: {terminated: {exitCode: 3}}
                            - name: late
                              ready: false
                              state: {terminated: {exitCode: 1}}
                            - {name: fine, ready: true, state: {running: {}}}
                            - {name: young, state: {waiting: {reason: ContainerCreating}}}
                        """));
    }

    @Test
    void tellsWhyPodsHaveNoNode() {
        assertEquals(
                List.of("pod/a: 0/1 nodes are available"),
                problems(
                        """
                        metadata: {name: a, creationTimestamp: "2026-01-01T00:00:00Z"}
                        status:
                          conditions:
                            - type: PodScheduled
                              status: "False"
                              message: 0/1 nodes are available
                        """));
    }

    @Test
    void looksAtPodsOfTheNewestTemplateOnly() {
        String pod =
                """
                metadata:
                  name: %s
                  creationTimestamp: "2026-01-0%dT00:00:00Z"
                  labels: {pod-template-hash: %s}
                status:
                  containerStatuses: [{name: c, state: {waiting: {reason: ErrImagePull}}}]
                """;

        assertEquals(
                List.of("pod/b c: ErrImagePull !", "pod/c c: ErrImagePull !"),
                problems(
                        String.join(
                                "---\n",
                                pod.formatted("a", 1, "old"),
                                pod.formatted("b", 2, "new"),
                                pod.formatted("c", 3, "new"))));
    }

    @Test
    void picksWarningsAboutPodsOfAWorkload() {
        List<JsonObject> events =
                Yaml.readObjects(
                        """
                        {type: Warning, reason: Failed, message: late, lastTimestamp: "2",
                         involvedObject: {name: web-1}}
                        ---
                        {type: Warning, reason: Failed, message: early, lastTimestamp: "1",
                         involvedObject: {name: web}}
                        ---
                        {type: Normal, reason: Pulled, message: x, involvedObject: {name: web-1}}
                        ---
                        {type: Warning, reason: Failed, message: later, lastTimestamp: null,
                         eventTime: "3", involvedObject: {name: web-2}}
                        ---
                        {type: Warning, reason: Failed, message: x, involvedObject: {name: webs}}
                        """);

        assertEquals(
                List.of("web: Failed: early", "web-1: Failed: late", "web-2: Failed: later"),
                Problems.warnings(events, "web"));
    }
}
