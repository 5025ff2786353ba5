package kat.base.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void readsAndWritesTheSameHeader() {
        TraceContext read = read(PARENT, "vendor=1");

        assertEquals(PARENT, read.parent());
        assertEquals(true, read.sampled());
        assertEquals("vendor=1", read.state());
    }

    @Test
    void takesLaterVersionsWithMoreBehindTheFlags() {
        TraceContext read = TraceContext.parse("01" + PARENT.substring(2, 53) + "02-more", null);

        assertEquals(
                new TraceContext(
                        0x0af7651916cd43ddL, 0x8448eb211c80319cL, 0xb7ad6b7169203331L, false, ""),
                read);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            })
    void refusesWhatIsNoContext(String header) {
        assertNull(TraceContext.parse(header, null));
    }

    @Test
    void dropsAStateThatNoHeaderMayHold() {
        TraceContext read = read(PARENT, "a=1\r\nevil: 1");

        assertEquals("", read.state());
    }

    private static TraceContext read(String parent, String state) {
        TraceContext read = TraceContext.parse(parent, state);
        assertNotNull(read);
        return read;
    }
}
