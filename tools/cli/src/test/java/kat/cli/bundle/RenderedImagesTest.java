package kat.cli.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Set;
import org.junit.jupiter.api.Test;

class RenderedImagesTest {

    @Test
    void findsImagesOfContainersAndVolumesWhereverTheTemplateStands() {
        String objects =
                """
                # nothing
                ---
                kind: CronJob
                spec:
                  jobTemplate:
                    spec:
                      template:
                        spec:
                          initContainers: [{name: a, image: "first:1"}]
                          containers:
                          - {name: b, image: second:1}
                          - {name: c, image: second:1}
                          volumes:
                          - {name: d, image: {reference: third:1}}
                          - {name: e, emptyDir: {}}
                ---
                kind: Pod
                spec: {containers: [{name: main, image: registry.example/fourth@sha256:00}]}
                """;

        assertEquals(
                Set.of("first:1", "second:1", "third:1", "registry.example/fourth@sha256:00"),
                RenderedImages.of(objects));
    }

    @Test
    void takesDataForData() {
        String objects =
                """
                kind: ConfigMap
                data: {containers: "[{image: none}]"}
                containers: [{image: none}]
                """;

        assertEquals(Set.of(), RenderedImages.of(objects));
    }

    @Test
    void tellsWhatIsNoYaml() {
        assertThrows(BundleException.class, () -> RenderedImages.of("a: [}"));
    }
}
