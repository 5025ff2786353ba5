package kat.api.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

class NarrowNumbersTest {

    private static final Schema POD =
            Objects.requireNonNull(Schemas.builtIn().of(Kinds.POD), "the schema of pods");

    @Test
    void cutsWhatDoesNotFitInto32BitsWhereverItLies() {
        JsonObject pod =
                json(
                        """
                        {"metadata":{"generation":4294967297},
                         "spec":{"containers":[{"ports":[{"containerPort":2147483648}]},
                                               {"ports":[{"containerPort":80}]}],
                                 "priority":4294967297}}
                        """);

        assertEquals(
                json(
                        """
                        {"metadata":{"generation":4294967297},
                         "spec":{"containers":[{"ports":[{"containerPort":-2147483648}]},
                                               {"ports":[{"containerPort":80}]}],
                                 "priority":1}}
                        """),
                NarrowNumbers.narrowed(POD, pod));
    }

    @Test
    void leavesFractionsTextsAndUnknownFieldsToOthers() {
        JsonObject pod = json("{\"spec\":{\"priority\":1.5,\"other\":4294967297}}");

        assertSame(pod, NarrowNumbers.narrowed(POD, pod));
    }

    private static JsonObject json(String text) {
        return (JsonObject) Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
