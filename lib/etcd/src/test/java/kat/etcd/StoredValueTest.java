package kat.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import java.util.List;
import kat.store.Cause;
import kat.store.Seal;
import kat.store.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class StoredValueTest {

    static final List<StoredValue> VALUES =
            List.of(
                    new StoredValue(Value.of(bytes("")), Cause.by("")),
                    new StoredValue(Value.of(bytes("a\nb\n#kat1 ")), new Cause("me", 17)),
                    new StoredValue(Value.stampedAt(bytes("{}"), 1), Cause.by("a\n#kat1 \\n \"'")),
                    new StoredValue(Value.stampedAt(bytes("x"), 0), Cause.by("two words\t\\")));

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @ParameterizedTest
    @FieldSource("VALUES")
    void whatIsStoredIsReadBack(StoredValue value) throws Exception {
        StoredValue read = StoredValue.decode("k", value.encode("k", Seal.NONE), Seal.NONE);

        assertArrayEquals(value.value().unstamped(), read.value().unstamped());
        assertEquals(value.value().stampAt(), read.value().stampAt());
        assertEquals(value.cause(), read.cause());
        assertEquals(value.cause(), StoredValue.decodeCause(StoredValue.encode(value.cause())));
    }

    @Test
    void theValueStandsFirstAsItIs() {
        StoredValue value =
                new StoredValue(Value.stampedAt(bytes("{\"v\":\"\"}"), 6), Cause.by("me"));

        assertEquals("{\"v\":\"\"}\n#kat1 6 0 me", value.encode("k", Seal.NONE).toStringUtf8());
    }

    @Test
    void whatSomebodyElseWroteIsTakenAsItIs() throws Exception {
        StoredValue read = StoredValue.decode("k", ByteString.copyFromUtf8("{}\n"), Seal.NONE);

        assertArrayEquals(bytes("{}\n"), read.value().unstamped());
        assertEquals("etcd", read.cause().actor());
    }
}
