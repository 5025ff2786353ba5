package kat.statemetrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import kat.api.KubeObject;

/// The samples of one version of an object as bytes, without what repeats: the metric's name
/// and the labels that all samples of the object share.
///
/// **Threads:** immutable.
final class Rendered {

    private final KubeObject object;
    private final byte[] shared;
    private final byte[] samples;

    /// Where the samples of each metric end.
    private final int[] ends;

    private Rendered(KubeObject object, byte[] shared, byte[] samples, int[] ends) {
        this.object = object;
        this.shared = shared;
        this.samples = samples;
        this.ends = ends;
    }

    static Rendered of(KindFamilies kind, KubeObject object) {
        Scope scope = Scope.of(object.tree());
        StringBuilder shared = new StringBuilder();
        kind.shared().forEach(label -> shared.append(label.at(scope)));
        Samples samples = new Samples();
        List<Family> families = kind.families();
        int[] ends = new int[families.size()];
        int bytes = 0;
        for (int i = 0; i < ends.length; i++) {
            int from = samples.length();
            samples.beginFamily();
            for (Family.Rule rule : families.get(i).rules()) {
                rule.apply(scope, "", samples);
            }
            bytes += samples.bytesFrom(from);
            ends[i] = bytes;
        }
        return new Rendered(
                object, shared.substring(1).getBytes(UTF_8), samples.text().getBytes(UTF_8), ends);
    }

    KubeObject object() {
        return object;
    }

    /// @param family which metric, in the order of its kind
    /// @param name of the metric, with the brace that opens its labels
    void write(int family, byte[] name, Pieces out) {
        int from = family == 0 ? 0 : ends[family - 1];
        for (int at = from; at < ends[family]; at++) {
            if (samples[at] == '\n') {
                out.add(name);
                out.add(shared);
                out.add(samples, from, at + 1);
                from = at + 1;
            }
        }
    }
}
