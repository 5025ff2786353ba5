package kat.controllers.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.Kinds;
import org.junit.jupiter.api.Test;

class NamespaceEmptyingTest {

    @Test
    void takesPodsBeforeWhatTheyMayNeed() {
        List<NamespaceEmptying.Stage> stages =
                NamespaceEmptying.stages(List.of(Kinds.CONFIG_MAP, Kinds.POD, Kinds.SECRET));
        assertEquals(List.of(Kinds.POD), stages.getFirst().kinds());
        assertEquals(List.of(Kinds.CONFIG_MAP, Kinds.SECRET), stages.getLast().kinds());
    }
}
