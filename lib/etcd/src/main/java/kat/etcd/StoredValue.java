package kat.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import kat.store.Cause;
import kat.store.Seal;
import kat.store.SealException;
import kat.store.Value;

/// A value as it lies in etcd: its bytes without the stamp, then a line that says where the stamp
/// goes and why it was written.
///
/// ```
/// {"kind":"ConfigMap","metadata":{"name":"a","resourceVersion":""}}
/// #kat1 61 4711 system:admin
/// ```
///
/// The numbers are the place of the stamp (-1 for none) and the revision that made the actor act.
/// Where values are sealed, what stands before that line is.
///
/// A value without such a line was written by somebody else; it is taken as it is.
///
/// @param value not stamped
record StoredValue(Value value, Cause cause) {

    private static final String MARK = "#kat1 ";
    private static final byte[] MARK_BYTES = MARK.getBytes(UTF_8);
    private static final Cause UNKNOWN = Cause.by("etcd");

    /// @param key of the store
    ByteString encode(String key, Seal seal) {
        ByteString line = ByteString.copyFrom("\n" + MARK + line(value.stampAt(), cause), UTF_8);
        return ByteString.copyFrom(seal.seal(key, value.unstamped())).concat(line);
    }

    /// A cause alone, for what has no value.
    static ByteString encode(Cause cause) {
        return ByteString.copyFrom(line(-1, cause), UTF_8);
    }

    private static String line(int stampAt, Cause cause) {
        String actor = cause.actor().replace("\\", "\\\\").replace("\n", "\\n");
        return stampAt + " " + cause.revision() + " " + actor;
    }

    /// @throws SealException when the value is sealed by a key that is not known here
    static StoredValue decode(String key, ByteString stored, Seal seal) throws SealException {
        byte[] bytes = stored.toByteArray();
        int end = bytes.length - 1;
        while (end >= 0 && bytes[end] != '\n') {
            end--;
        }
        int words = end + 1 + MARK_BYTES.length;
        boolean isMarked =
                end >= 0
                        && words <= bytes.length
                        && Arrays.equals(bytes, end + 1, words, MARK_BYTES, 0, MARK_BYTES.length);
        if (!isMarked) {
            return new StoredValue(Value.of(seal.open(key, bytes)), UNKNOWN);
        }
        String line = new String(bytes, words, bytes.length - words, UTF_8);
        byte[] value = seal.open(key, Arrays.copyOf(bytes, end));
        int stampAt = Integer.parseInt(line, 0, line.indexOf(' '), 10);
        Cause cause = cause(line);
        return new StoredValue(
                stampAt < 0 ? Value.of(value) : Value.stampedAt(value, stampAt), cause);
    }

    /// What [#encode(Cause)] made.
    static Cause decodeCause(ByteString stored) {
        return cause(stored.toString(UTF_8));
    }

    private static Cause cause(String line) {
        int first = line.indexOf(' ');
        int second = line.indexOf(' ', first + 1);
        String actor = line.substring(second + 1).translateEscapes();
        return new Cause(actor, Long.parseLong(line, first + 1, second, 10));
    }
}
