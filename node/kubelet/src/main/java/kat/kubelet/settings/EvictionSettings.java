package kat.kubelet.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonObject;
import kat.kubelet.eviction.Limit;
import kat.kubelet.eviction.Signal;
import kat.kubelet.eviction.Threshold;

/// When pods must go because the machine runs short.
///
/// @param thresholds fields `evictionHard`, `evictionSoft` with `evictionSoftGracePeriod`, and
///     `evictionMinimumReclaim`; default Kubernetes' own
/// @param transition field `evictionPressureTransitionPeriod`: for so long a condition of pressure
///     stays, default 5 min
/// @param mostGrace field `evictionMaxPodGracePeriod`: for pods that go by a soft threshold, in
///     seconds, default 0
///
/// **Source:** `ParseThresholdConfig` in `pkg/kubelet/eviction/helpers.go`.
public record EvictionSettings(List<Threshold> thresholds, Duration transition, long mostGrace) {

    private static final String HARD = "evictionHard";
    private static final String SOFT = "evictionSoft";
    private static final String GRACE = "evictionSoftGracePeriod";
    private static final String RECLAIM = "evictionMinimumReclaim";
    private static final String TRANSITION = "evictionPressureTransitionPeriod";
    private static final String MOST_GRACE = "evictionMaxPodGracePeriod";
    private static final String MERGE = "mergeDefaultEvictionSettings";
    private static final int ALL = 100;

    static final List<String> FIELDS =
            List.of(HARD, SOFT, GRACE, RECLAIM, TRANSITION, MOST_GRACE, MERGE);

    public static final EvictionSettings USUAL =
            new EvictionSettings(Threshold.USUAL, Duration.ofMinutes(5), 0);

    public EvictionSettings {
        thresholds = List.copyOf(thresholds);
    }

    static EvictionSettings of(Fields fields) {
        SequencedMap<Signal, Limit> hard = limits(fields.texts(HARD));
        boolean merges = JsonBoolean.TRUE.equals(fields.tree().get(MERGE));
        List<Threshold> all = new ArrayList<>();
        for (Threshold usual : Threshold.USUAL) {
            boolean given = fields.texts(HARD).containsKey(usual.signal().text());
            if (!fields.tree().has(HARD) || (merges && !given)) {
                hard.put(usual.signal(), usual.least());
            }
        }
        SequencedMap<String, String> graces = fields.texts(GRACE);
        SequencedMap<String, String> reclaims = fields.texts(RECLAIM);
        hard.forEach(
                (signal, least) ->
                        all.add(
                                new Threshold(
                                        signal, least, Duration.ZERO, reclaim(signal, reclaims))));
        limits(fields.texts(SOFT))
                .forEach(
                        (signal, least) ->
                                all.add(
                                        new Threshold(
                                                signal,
                                                least,
                                                grace(signal, graces),
                                                reclaim(signal, reclaims))));
        return new EvictionSettings(
                all, fields.duration(TRANSITION, USUAL.transition), fields.number(MOST_GRACE, 0));
    }

    private static SequencedMap<Signal, Limit> limits(SequencedMap<String, String> texts) {
        SequencedMap<Signal, Limit> limits = new TreeMap<>();
        texts.forEach(
                (name, text) -> {
                    Signal signal = signal(name);
                    if (!text.equals("0%") && !text.equals("100%")) {
                        limits.put(signal, limit(name, text));
                    }
                });
        return limits;
    }

    private static Signal signal(String name) {
        for (Signal signal : Signal.values()) {
            if (signal.text().equals(name)) {
                return signal;
            }
        }
        throw new IllegalArgumentException("unsupported eviction signal " + name);
    }

    private static Limit limit(String name, String text) {
        if (text.endsWith("%")) {
            return share(name, text);
        }
        Quantity quantity = Fields.quantity(name, text);
        if (quantity.signum() <= 0) {
            throw new IllegalArgumentException(
                    "eviction threshold " + name + " must be positive: " + text);
        }
        return Limit.of(quantity);
    }

    private static Limit share(String name, String text) {
        String digits = text.substring(0, text.length() - 1);
        if (!digits.matches("\\d{1,9}(\\.\\d{1,9})?") || Double.parseDouble(digits) > ALL) {
            throw new IllegalArgumentException(
                    "eviction percentage threshold " + name + " must be <= 100%: " + text);
        }
        return Limit.share(Double.parseDouble(digits));
    }

    private static Duration grace(Signal signal, SequencedMap<String, String> graces) {
        String text = graces.get(signal.text());
        if (text == null) {
            throw new IllegalArgumentException(
                    "grace period must be specified for the soft eviction threshold "
                            + signal.text());
        }
        if (!Fields.isDuration(text)) {
            throw new IllegalArgumentException(
                    GRACE
                            + "."
                            + signal.text()
                            + " must be a duration such as 1m30s, but is "
                            + Json.of(text));
        }
        return Fields.duration(text);
    }

    private static Limit reclaim(Signal signal, SequencedMap<String, String> reclaims) {
        String text = reclaims.get(signal.text());
        if (text == null) {
            return Limit.NONE;
        }
        if (text.endsWith("%")) {
            return share(signal.text(), text);
        }
        Quantity quantity = Fields.quantity(RECLAIM, text);
        if (quantity.signum() < 0) {
            throw new IllegalArgumentException(
                    "negative eviction minimum reclaim specified for " + signal.text());
        }
        return Limit.of(quantity);
    }

    void addTo(JsonObject.Builder json) {
        JsonObject hard = JsonObject.EMPTY;
        JsonObject soft = JsonObject.EMPTY;
        JsonObject graces = JsonObject.EMPTY;
        JsonObject reclaims = JsonObject.EMPTY;
        for (Threshold threshold : thresholds) {
            String name = threshold.signal().text();
            String least = threshold.least().setting();
            if (threshold.isHard()) {
                hard = hard.with(name, least);
            } else {
                soft = soft.with(name, least);
                graces = graces.with(name, Fields.text(threshold.grace()));
            }
            if (!threshold.reclaim().equals(Limit.NONE)) {
                reclaims = reclaims.with(name, threshold.reclaim().setting());
            }
        }
        json.put(HARD, hard).put(TRANSITION, Fields.text(transition)).put(MOST_GRACE, mostGrace);
        if (!soft.isEmpty()) {
            json.put(SOFT, soft).put(GRACE, graces);
        }
        if (!reclaims.isEmpty()) {
            json.put(RECLAIM, reclaims);
        }
    }
}
