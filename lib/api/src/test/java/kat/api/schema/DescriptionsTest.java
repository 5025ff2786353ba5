package kat.api.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptionsTest {

    /// Scalars, and definitions that the client has no model for.
    private static final int WITHOUT = 12;

    @Test
    void saysWhatNearlyEveryDefinitionAndFieldIsFor() {
        boolean isBuilt =
                Descriptions.class.getResource("/kat/api/openapi/descriptions.txt") != null;
        assumeTrue(isBuilt, "descriptions.txt is made by Maven; this class path is not");
        Descriptions descriptions = Descriptions.read();
        List<String> silent = new ArrayList<>();
        int fields = 0;

        for (String name : Schemas.builtIn().names()) {
            Schema schema = Schemas.builtIn().require(name);
            if (descriptions.of(name).isEmpty()) {
                silent.add(name);
            }
            for (String field : schema.source().object("fields").names()) {
                fields += descriptions.of(name, field).isEmpty() ? 0 : 1;
            }
        }

        assertEquals(WITHOUT, silent.size(), silent.toString());
        assertEquals(true, fields > 1_800, fields + " fields");
    }

    @Test
    void isSilentAboutWhatItDoesNotKnow() {
        Descriptions descriptions = Descriptions.read();

        assertEquals("", descriptions.of("org.example.v1.Widget", "spec"));
        assertFalse(descriptions.of("org.example.v1.Widget").contains("Widget"));
    }
}
