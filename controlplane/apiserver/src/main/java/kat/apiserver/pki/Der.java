package kat.apiserver.pki;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/// Writes the DER values that certificates are made of.
///
/// **Source:** ITU-T X.690 (02/2021) §8 and §10.
final class Der {

    private static final int BOOLEAN = 0x01;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int OID = 0x06;
    private static final int UTF8 = 0x0C;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int LAST_UTC_YEAR = 2049;

    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter GENERALIZED =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private Der() {}

    static byte[] value(int tag, byte[]... contents) {
        int length = 0;
        for (byte[] part : contents) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = (39 - Integer.numberOfLeadingZeros(length)) / 8;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >> (8 * i));
            }
        }
        for (byte[] part : contents) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] sequence(byte[]... members) {
        return value(SEQUENCE, members);
    }

    static byte[] set(byte[]... members) {
        return value(SET, members);
    }

    static byte[] integer(BigInteger number) {
        return value(INTEGER, number.toByteArray());
    }

    static byte[] bool(boolean truth) {
        return value(BOOLEAN, new byte[] {(byte) (truth ? 0xFF : 0)});
    }

    static byte[] utf8(String text) {
        return value(UTF8, text.getBytes(UTF_8));
    }

    static byte[] octets(byte[] bytes) {
        return value(OCTET_STRING, bytes);
    }

    /// @param unused how many bits at the end do not count
    static byte[] bits(byte[] bytes, int unused) {
        return value(BIT_STRING, new byte[] {(byte) unused}, bytes);
    }

    /// A constructed value with a context tag.
    static byte[] tagged(int number, byte[]... contents) {
        return value(0xA0 | number, contents);
    }

    static byte[] time(Instant moment) {
        int year = moment.atOffset(ZoneOffset.UTC).getYear();
        return year <= LAST_UTC_YEAR
                ? value(UTC_TIME, UTC.format(moment).getBytes(UTF_8))
                : value(GENERALIZED_TIME, GENERALIZED.format(moment).getBytes(UTF_8));
    }

    /// @param dotted for example `2.5.4.3`
    static byte[] oid(String dotted) {
        int[] arcs = Arrays.stream(dotted.split("\\.")).mapToInt(Integer::parseInt).toArray();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(arcs[0] * 40 + arcs[1]);
        for (int i = 2; i < arcs.length; i++) {
            for (int shift = 28; shift > 0; shift -= 7) {
                if (arcs[i] >> shift != 0) {
                    out.write(0x80 | (arcs[i] >> shift & 0x7F));
                }
            }
            out.write(arcs[i] & 0x7F);
        }
        return value(OID, out.toByteArray());
    }
}
