package kat.api.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VolumeFitTest {

    private static final String MISMATCH = "storageClassName does not match";

    /// @param volume class of the volume, by annotation and by field
    /// @param claim the same of the claim
    /// @param misfit empty when the volume can serve the claim
    private record Case(String name, String volume, String claim, String misfit) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> classes() {
        String gold = "spec: {storageClassName: gold, ";
        String goldByAnnotation = annotated("gold") + "spec: {";
        return List.of(
                new Case("equal fields", gold, gold, ""),
                new Case("different fields", "spec: {", gold, MISMATCH),
                new Case("annotation of the volume", goldByAnnotation, gold, ""),
                new Case("annotation of the claim", gold, goldByAnnotation, ""),
                new Case("annotation before field", annotated("tin") + gold, gold, MISMATCH),
                new Case("empty annotation before field", annotated("''") + gold, gold, MISMATCH));
    }

    private static String annotated(String name) {
        return "metadata: {annotations: {volume.beta.kubernetes.io/storage-class: %s}}, "
                .formatted(name);
    }

    @ParameterizedTest
    @MethodSource("classes")
    void comparesClasses(Case each) {
        KubeObject volume = object(each.volume() + "capacity: {storage: 2Gi}}");
        KubeObject claim = object(each.claim() + "resources: {requests: {storage: 1Gi}}}");

        String misfit = VolumeFit.misfit(volume, claim);

        assertEquals(each.misfit(), misfit == null ? "" : misfit);
    }

    private static KubeObject object(String text) {
        return new KubeObject((JsonObject) Yaml.parse("{" + text + "}"));
    }
}
