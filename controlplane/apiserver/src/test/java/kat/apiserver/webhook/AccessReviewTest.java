package kat.apiserver.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.User;
import org.junit.jupiter.api.Test;

class AccessReviewTest {

    private static JsonObject asked(String selector) {
        Action list = new Action("list", "", "v1", "pods", "", "n", "", "").selecting(selector);
        return AccessReview.spec(User.of("jane", List.of()), list, false)
                .object("resourceAttributes");
    }

    @Test
    void tellsValuesAsTheyAreMeant() {
        List<JsonObject> told =
                asked("metadata.name!=a\\,spec.nodeName\\=n,spec.nodeName==m")
                        .object("fieldSelector")
                        .array("requirements")
                        .objects();

        assertEquals(2, told.size(), told::toString);
        assertEquals("metadata.name", told.getFirst().string("key"));
        assertEquals("NotIn", told.getFirst().string("operator"));
        assertEquals(List.of("a,spec.nodeName=n"), told.getFirst().array("values").strings());
        assertEquals("In", told.getLast().string("operator"));
        assertEquals(List.of("m"), told.getLast().array("values").strings());
    }

    @Test
    void tellsNothingOfASelectorThatCannotBeRead() {
        assertFalse(asked("spec.nodeName=n,other").has("fieldSelector"));
    }
}
