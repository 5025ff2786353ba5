package kat.kubelet.eviction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import org.junit.jupiter.api.Test;

class RankingTest {

    private static final long MEBI = 1L << 20;

    private static Candidate using(String name, String more, String request, long mebibytes) {
        String text =
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'"
                        + name
                        + "','uid':'"
                        + name
                        + "'},'spec':{"
                        + more
                        + "'containers':[{'name':'web','resources':{'requests':{'memory':'"
                        + request
                        + "'}}}]}}";
        KubeObject pod = KubeObject.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return new Candidate(pod, Map.of("web", mebibytes * MEBI), 0);
    }

    private static List<String> names(Candidate... candidates) {
        return Ranking.of(List.of(candidates), Signal.MEMORY).stream()
                .map(each -> each.pod().name())
                .toList();
    }

    @Test
    void whoUsesMoreThanItAskedForGoesFirst() {
        assertEquals(
                List.of("greedy", "modest"),
                names(
                        using("modest", "", "500Mi", 400),
                        using("greedy", "'priority':9,", "100Mi", 101)));
    }

    @Test
    void thenWhoMattersLessThenWhoIsFurthestAbove() {
        assertEquals(
                List.of("large", "small", "important"),
                names(
                        using("important", "'priority':9,", "1Mi", 900),
                        using("small", "", "1Mi", 10),
                        using("large", "", "1Mi", 20)));
    }

    @Test
    void whatTheClusterNeedsStays() {
        assertEquals(List.of(), names(using("system", "'priority':2000000000,", "1Mi", 10)));
    }

    @Test
    void theMessageNamesContainersAboveTheirRequest() {
        Observation left = new Observation(Signal.MEMORY, 50 * MEBI, 1000 * MEBI);
        Pressures.Met memory = new Pressures.Met(Threshold.USUAL.getFirst(), left);

        assertEquals(
                "The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi."
                        + " Container web was using 20Mi, request is 1Mi, has larger consumption of"
                        + " memory. ",
                Ranking.message(using("a", "", "1Mi", 20), memory));
        assertEquals(
                "The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi.",
                Ranking.message(using("a", "", "30Mi", 20), memory).strip());
    }

    @Test
    void inodesAreCountedAndNotWeighed() {
        Observation left = new Observation(Signal.NODE_INODES, 40, 1000);
        Threshold share = Threshold.hard(Signal.NODE_INODES, Limit.share(5));

        assertEquals(
                "The node was low on resource: inodes. Threshold quantity: 50, available: 40. ",
                Ranking.message(using("a", "", "1Mi", 20), new Pressures.Met(share, left)));
    }

    @Test
    void whoMattersLessGoesFirstForProcessIdsThenWhoHasMost() {
        List<Candidate> all =
                List.of(
                        using("important", "'priority':9,", "1Mi", 900),
                        using("few", "", "1Mi", 1),
                        using("many", "", "900Mi", 20));

        assertEquals(
                List.of("many", "few", "important"),
                Ranking.of(all, Signal.PROCESSES).stream().map(each -> each.pod().name()).toList());
    }
}
