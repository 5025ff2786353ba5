package kat.base.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import kat.base.Randomness;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class SpanTest {

    private static final TraceContext CALLER = new TraceContext(1, 2, 3, true, "");
    private static final TraceContext UNKEPT = new TraceContext(1, 2, 3, false, "");

    private final FakeTicker ticker = new FakeTicker(Instant.ofEpochSecond(100));
    private final List<SpanData> ended = new ArrayList<>();

    private Tracer tracer(int perMillion) {
        return new Tracer(perMillion, ticker, Randomness.seeded(1), ended::add);
    }

    private List<String> names() {
        return ended.stream().map(SpanData::name).toList();
    }

    @Test
    void spansOfOneThreadAreNested() {
        Span whole = tracer(Tracer.MILLION).begin(null, true, "GET", ticker.nanos());
        ticker.advance(Duration.ofMillis(1));
        whole.during(
                () -> {
                    try (Span outer = Span.start("List")) {
                        outer.put("count", 7);
                        ticker.advance(Duration.ofMillis(2));
                        try (Span inner = Span.start("read")) {
                            inner.put("key", "a");
                        }
                    }
                    try (Span next = Span.start("write")) {
                        next.fail("no room");
                    }
                });
        whole.close();

        assertEquals(List.of("read", "List", "write", "GET"), names());
        SpanData list = ended.get(1);
        SpanData whole2 = ended.get(3);
        assertEquals(list.context().span(), ended.get(0).parent());
        assertEquals(whole2.context().span(), list.parent());
        assertEquals(whole2.context().span(), ended.get(2).parent());
        assertEquals(0, whole2.parent());
        assertEquals(100_001_000_000L, list.startNanos());
        assertEquals(100_003_000_000L, list.endNanos());
        assertEquals(List.of(new SpanData.Attribute.Figure("count", 7)), list.attributes());
        assertEquals("no room", ended.get(2).fault());
    }

    @Test
    void outsideOfATraceNothingIsMade() {
        assertSame(Span.NONE, Span.start("List"));
        assertNull(Span.current());
        Callable<String> work = () -> "done";
        assertSame(work, Span.carried(work));
    }

    @Test
    void whoIsTrustedSaysWhichTraceItIsAndThatItIsKept() {
        tracer(0).begin(CALLER, true, "GET", 0).close();

        SpanData span = ended.getFirst();
        assertEquals(1, span.context().high());
        assertEquals(3, span.parent());
        assertNull(span.link());
    }

    @Test
    void othersAreOnlyLinkedTo() {
        tracer(Tracer.MILLION).begin(UNKEPT, false, "GET", 0).close();

        SpanData span = ended.getFirst();
        assertEquals(0, span.parent());
        assertEquals(UNKEPT, span.link());
        assertEquals(false, span.context().high() == UNKEPT.high());
    }

    @Test
    void whoIsNotTrustedCannotHaveATraceKept() {
        tracer(0).begin(CALLER, false, "GET", 0).close();

        assertEquals(List.of(), ended);
    }

    @Test
    void ofATraceThatIsNotKeptOnlyItsContextIsHandedOn() {
        List<TraceContext> seen = new ArrayList<>();
        Span whole = tracer(Tracer.MILLION).begin(UNKEPT, true, "GET", 0);
        whole.during(
                () -> {
                    assertSame(Span.NONE, Span.start("List"));
                    seen.add(Span.current());
                });
        whole.close();

        assertEquals(List.of(), ended);
        assertEquals(1, seen.getFirst().high());
        assertEquals(false, seen.getFirst().sampled());
    }

    @Test
    void aboutAsManyAreKeptAsTheRateSays() {
        Tracer tracer = tracer(Tracer.MILLION / 4);
        for (int i = 0; i < 1_000; i++) {
            tracer.begin(null, true, "GET", 0).close();
        }

        assertEquals(true, ended.size() > 150 && ended.size() < 350, () -> "" + ended.size());
    }

    @Test
    void workOfOtherThreadsIsPartOfWhatAsksForIt() throws Exception {
        List<FutureTask<Void>> tasks = new ArrayList<>();
        Span whole = tracer(Tracer.MILLION).begin(null, true, "GET", 0);
        whole.during(
                () -> {
                    Callable<Void> work =
                            () -> {
                                Span.start("call").close();
                                return null;
                            };
                    tasks.add(new FutureTask<>(Span.carried(work)));
                });
        Thread other = Thread.ofVirtual().start(tasks.getFirst());
        other.join();
        tasks.getFirst().get();
        whole.close();

        assertEquals(List.of("call", "GET"), names());
        assertEquals(ended.getLast().context().span(), ended.getFirst().parent());
    }

    @Test
    void longTextsAreCut() {
        Span whole = tracer(Tracer.MILLION).begin(null, true, "GET", 0);
        whole.put("url", "x".repeat(5_000));
        whole.close();

        SpanData.Attribute.Text url =
                (SpanData.Attribute.Text) ended.getFirst().attributes().getFirst();
        assertEquals(Span.MOST_TEXT, url.value().length());
    }
}
