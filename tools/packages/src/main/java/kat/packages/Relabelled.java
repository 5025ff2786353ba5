package kat.packages;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// A view in which a new revision gets labels of its own, and a release that was uninstalled
/// with its history kept can be installed again.
///
/// @param last the newest revision before; 0 for none
/// @param labels for revisions after that; the word `null` takes one away
record Relabelled(long last, Map<String, String> labels) implements StorageLens.View {

    private static final String UNINSTALLED = "Uninstallation complete";

    Relabelled {
        labels = Map.copyOf(labels);
    }

    @Override
    public ReleaseRecord shown(ReleaseRecord stored) {
        return stored.status().equals(ReleaseRecord.UNINSTALLED)
                ? stored.withStatus(ReleaseRecord.FAILED)
                : stored;
    }

    @Override
    public ReleaseRecord stored(ReleaseRecord written) {
        if (written.version() <= last) {
            return written.description().equals(UNINSTALLED)
                    ? written.withInfo("description", "superseded by new release")
                    : written;
        }
        SequencedMap<String, String> all = new LinkedHashMap<>(written.labels());
        labels.forEach(
                (name, value) -> {
                    if (value.equals("null")) {
                        all.remove(name);
                    } else {
                        all.put(name, value);
                    }
                });
        return new ReleaseRecord(written.content(), all);
    }
}
