package kat.logging.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToldTest {

    @Test
    void onePartThatIsWellLeavesWhatAnotherSaid() {
        List<String> said = new ArrayList<>();
        Told told = new Told(said::add);

        told.by("intake").accept("the disk is full");
        told.by("output").accept("is away");
        told.by("output").accept("");
        told.by("output").accept("");
        told.by("intake").accept("");

        assertEquals(
                List.of("the disk is full", "the disk is full; is away", "the disk is full", ""),
                said);
    }
}
