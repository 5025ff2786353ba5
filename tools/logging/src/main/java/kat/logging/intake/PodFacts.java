package kat.logging.intake;

import java.util.SequencedMap;
import kat.logging.line.LogSource;
import org.jspecify.annotations.Nullable;

/// What the API tells of pods.
public interface PodFacts {

    /// The labels of a source's pod.
    ///
    /// @return null when the pod is not known, or no longer
    @Nullable SequencedMap<String, String> labels(LogSource source);
}
