package kat.api.cel;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import kat.api.cel.Functions.Table;

/// Conversions between types, named after the type they give.
final class ConversionFunctions {

    private static final double TWO_TO_63 = 0x1p63;
    private static final double TWO_TO_64 = 0x1p64;

    private ConversionFunctions() {}

    static void addTo(Table table) {
        integers(table);
        unsigned(table);
        table.put("double(double):double", a -> a[0]);
        table.put("double(int):double", a -> (double) (Long) a[0]);
        table.put("double(uint):double", a -> ((CelUint) a[0]).toDouble());
        table.put("double(string):double", a -> toDouble((String) a[0]));
        texts(table);
        table.put("bytes(bytes):bytes", a -> a[0]);
        table.put(
                "bytes(string):bytes",
                a -> new CelBytes(((String) a[0]).getBytes(StandardCharsets.UTF_8)));
        table.put("bool(bool):bool", a -> a[0]);
        table.put("bool(string):bool", a -> toBool((String) a[0]));
        table.put("duration(duration):duration", a -> a[0]);
        table.put("duration(string):duration", a -> Durations.parse((String) a[0]));
        table.put("duration(int):duration", a -> Duration.ofNanos((Long) a[0]));
        table.put("timestamp(timestamp):timestamp", a -> a[0]);
        table.put("timestamp(string):timestamp", a -> Data.time((String) a[0]));
        table.put("timestamp(int):timestamp", a -> Instant.ofEpochSecond((Long) a[0]));
        table.put("dyn(A):dyn", a -> a[0]);
        table.put("type(A):type", a -> Values.typeOf(a[0]));
    }

    private static void integers(Table table) {
        table.put("int(int):int", a -> a[0]);
        table.put(
                "int(uint):int",
                a -> {
                    long bits = ((CelUint) a[0]).bits();
                    if (bits < 0) {
                        throw new CelException("integer overflow");
                    }
                    return bits;
                });
        table.put(
                "int(double):int",
                a -> {
                    double value = (Double) a[0];
                    if (!(value > -TWO_TO_63 && value < TWO_TO_63)) {
                        throw new CelException("integer overflow");
                    }
                    return (long) value;
                });
        table.put("int(string):int", a -> toInt((String) a[0]));
        table.put("int(timestamp):int", a -> ((Instant) a[0]).getEpochSecond());
        table.put("int(duration):int", a -> ((Duration) a[0]).toNanos());
    }

    private static void unsigned(Table table) {
        table.put("uint(uint):uint", a -> a[0]);
        table.put(
                "uint(int):uint",
                a -> {
                    if ((Long) a[0] < 0) {
                        throw new CelException("unsigned integer overflow");
                    }
                    return new CelUint((Long) a[0]);
                });
        table.put(
                "uint(double):uint",
                a -> {
                    double value = (Double) a[0];
                    if (!(value >= 0 && value < TWO_TO_64)) {
                        throw new CelException("unsigned integer overflow");
                    }
                    return new CelUint(
                            value < TWO_TO_63
                                    ? (long) value
                                    : (long) (value - TWO_TO_63) + Long.MIN_VALUE);
                });
        table.put(
                "uint(string):uint",
                a -> {
                    try {
                        return new CelUint(Long.parseUnsignedLong((String) a[0]));
                    } catch (NumberFormatException e) {
                        throw wrong((String) a[0], "ParseUint");
                    }
                });
    }

    private static CelException wrong(String text, String function) {
        return new CelException(
                "strconv." + function + ": parsing \"" + text + "\": invalid syntax");
    }

    private static Object toInt(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw wrong(text, "ParseInt");
        }
    }

    private static Object toDouble(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw wrong(text, "ParseFloat");
        }
    }

    private static Object toBool(String text) {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw wrong(text, "ParseBool");
        };
    }

    private static void texts(Table table) {
        table.put("string(string):string", a -> a[0]);
        table.put("string(int):string", a -> a[0].toString());
        table.put("string(uint):string", a -> a[0].toString());
        table.put("string(bool):string", a -> a[0].toString());
        table.put("string(double):string", a -> number((Double) a[0]));
        table.put(
                "string(timestamp):string",
                a -> DateTimeFormatter.ISO_INSTANT.format((Instant) a[0]));
        table.put("string(duration):string", a -> Durations.format((Duration) a[0]));
        table.put(
                "string(bytes):string",
                a -> {
                    ByteBuffer bytes = ByteBuffer.wrap(((CelBytes) a[0]).bytes());
                    try {
                        return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
                    } catch (CharacterCodingException e) {
                        throw new CelException("invalid UTF-8 in bytes, cannot convert to string");
                    }
                });
    }

    static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        return Double.toString(value).replace("E", "e");
    }
}
