package kat.statemetrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// What objects say as metrics, in Prometheus' text form, under the names of
/// kube-state-metrics.
///
/// Nothing happens before somebody asks. The text of each object is kept from then on, so that
/// whoever asks again pays for what has changed; it is dropped when nobody has asked for
/// [#FORGOTTEN_AFTER].
///
/// **Threads:** any; one text is made at a time.
public final class StateMetrics {

    /// Several times the longest usual interval of scrapers.
    static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    private final Function<Kind, List<KubeObject>> objects;
    private final Runnable forgotten;
    private final Ticker ticker;
    private final Object lock = new Object();

    // Guarded by the lock.
    private List<Kept> kept = List.of();
    private Ticker.@Nullable Scheduled forgetting;
    private long questions;

    /// What is kept of a kind.
    private record Kept(KindFamilies kind, Map<ObjectKey, Rendered> texts) {}

    /// @param objects all of a kind, each version the same object each time; asked for every
    ///     kind in each [#text]
    /// @param forgotten called when nobody has asked for [#FORGOTTEN_AFTER]
    public StateMetrics(
            Function<Kind, List<KubeObject>> objects, Runnable forgotten, Ticker ticker) {
        this.objects = objects;
        this.forgotten = forgotten;
        this.ticker = ticker;
    }

    /// All metrics of all kinds, in pieces that follow each other.
    public List<byte[]> text() {
        Map<Kind, List<KubeObject>> seen = new HashMap<>();
        for (KindFamilies kind : known()) {
            seen.put(kind.kind(), objects.apply(kind.kind()));
        }
        Pieces out = new Pieces();
        synchronized (lock) {
            List<Kept> now = new ArrayList<>();
            for (Kept each : kept) {
                List<KubeObject> present = seen.getOrDefault(each.kind().kind(), List.of());
                List<Rendered> texts = render(each, present);
                write(each.kind(), texts, out);
                Map<ObjectKey, Rendered> byKey = HashMap.newHashMap(texts.size());
                texts.forEach(text -> byKey.put(text.object().key(), text));
                now.add(new Kept(each.kind(), byKey));
            }
            kept = now;
        }
        return out.all();
    }

    /// The names of all metrics.
    public static List<String> names() {
        return FamilyTable.read().stream()
                .flatMap(kind -> kind.families().stream())
                .map(Family::name)
                .toList();
    }

    private List<KindFamilies> known() {
        synchronized (lock) {
            if (kept.isEmpty()) {
                kept = FamilyTable.read().stream().map(kind -> new Kept(kind, Map.of())).toList();
            }
            if (forgetting != null) {
                forgetting.cancel();
            }
            long question = ++questions;
            forgetting = ticker.schedule(FORGOTTEN_AFTER, () -> forget(question));
            return kept.stream().map(Kept::kind).toList();
        }
    }

    /// @param question after which nobody was to ask; one that came as this began keeps all
    private void forget(long question) {
        synchronized (lock) {
            if (question != questions) {
                return;
            }
            kept = List.of();
        }
        forgotten.run();
    }

    /// How many objects a text is kept of.
    int size() {
        synchronized (lock) {
            return kept.stream().mapToInt(each -> each.texts().size()).sum();
        }
    }

    private static List<Rendered> render(Kept kept, List<KubeObject> present) {
        List<Rendered> texts = new ArrayList<>(present.size());
        for (KubeObject object : present) {
            Rendered before = kept.texts().get(object.key());
            boolean same = before != null && before.object() == object;
            texts.add(same ? before : Rendered.of(kept.kind(), object));
        }
        return texts;
    }

    private static void write(KindFamilies kind, List<Rendered> texts, Pieces out) {
        for (int i = 0; i < kind.families().size(); i++) {
            Family family = kind.families().get(i);
            out.add(("# TYPE " + family.name() + " " + family.type() + "\n").getBytes(UTF_8));
            byte[] name = (family.name() + "{").getBytes(UTF_8);
            for (Rendered text : texts) {
                text.write(i, name, out);
            }
        }
    }
}
