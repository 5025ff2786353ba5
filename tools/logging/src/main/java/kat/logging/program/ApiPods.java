package kat.logging.program;

import java.util.SequencedMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.client.Informer;
import kat.client.Informers;
import kat.logging.intake.PodFacts;
import kat.logging.line.LogSource;
import org.jspecify.annotations.Nullable;

/// Labels of pods as an informer sees them.
record ApiPods(Informer pods) implements PodFacts {

    /// Pods from files of the node have their file's hash in the names of their folders.
    private static final String MIRRORED = "kubernetes.io/config.hash";

    @Override
    public @Nullable SequencedMap<String, String> labels(LogSource source) {
        KubeObject pod = pods.get(ObjectKey.of(source.namespace(), source.pod()));
        if (pod == null) {
            return null;
        }
        boolean same =
                pod.uid().equals(source.uid()) || pod.annotation(MIRRORED).equals(source.uid());
        return same ? pod.tree().object("metadata").object("labels").strings() : null;
    }

    static ApiPods of(Informers informers) {
        return new ApiPods(informers.informer(Kinds.POD));
    }
}
