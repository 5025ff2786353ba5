package kat.api.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kat.api.KubeObject;
import org.junit.jupiter.api.Test;

class DefinitionTest {

    @Test
    void eachServedVersionTellsTheOneThatIsStored() {
        List<CustomKind> served = served("{'name':'v1','served':true,'storage':true}");

        assertEquals(
                List.of("example.org/v1", "example.org/v1"),
                served.stream().map(CustomKind::stored).toList());
    }

    @Test
    void aStoredVersionThatIsNotServedIsNotTold() {
        List<CustomKind> served = served("{'name':'v1','served':false,'storage':true}");

        assertEquals(List.of(""), served.stream().map(CustomKind::stored).toList());
    }

    @Test
    void aColumnWithoutDescriptionTellsItsPath() {
        CustomKind kind =
                served(
                                "{'name':'v1','served':true,'storage':true,'additionalPrinterColumns':["
                                        + "{'name':'A','type':'string','jsonPath':'.spec.a'},"
                                        + "{'name':'B','type':'string','jsonPath':'.b','description':'b'}]}")
                        .getFirst();

        assertEquals(
                List.of("Custom resource definition column (in JSONPath format): .spec.a", "b"),
                kind.columns().stream().map(column -> column.description()).toList());
    }

    /// What a definition with a second version serves, which is not stored.
    private static List<CustomKind> served(String version) {
        String text =
                "{'spec':{'group':'example.org','names':{'plural':'widgets','kind':'Widget'},"
                        + "'versions':["
                        + version
                        + ",{'name':'v1beta1','served':true,'storage':false}]}}";
        byte[] json = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return Definition.parse(KubeObject.parse(json)).served();
    }
}
