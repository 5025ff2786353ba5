package kat.api.cel;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import kat.api.cel.Functions.Table;
import org.jspecify.annotations.Nullable;

/// Conversions between types, named after the type they give.
final class ConversionFunctions {

    private static final double TWO_TO_63 = 0x1p63;
    private static final double TWO_TO_64 = 0x1p64;

    private static final long MOST = 1_000_000_000_000L;
    private static final Pattern ENDLESS = Pattern.compile("(?i)[+-]?inf(inity)?");

    /// Java takes more for numbers: spaces around them, and letters behind.
    private static final Pattern PLAIN = Pattern.compile("(?i)[+-]?[0-9a-fx._+p-]*[^dfl ]|nan");

    private static final int LEAST_PLAIN = -4;
    private static final int MOST_PLAIN = 5;

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
        table.put("duration(string):duration", a -> converted((String) a[0], "Duration"));
        table.put("duration(int):duration", a -> Duration.ofNanos((Long) a[0]));
        table.put("timestamp(timestamp):timestamp", a -> a[0]);
        table.put("timestamp(string):timestamp", a -> converted((String) a[0], "Timestamp"));
        table.put(
                "timestamp(int):timestamp",
                a -> {
                    long seconds = (Long) a[0];
                    Instant time = Instant.ofEpochSecond(Math.clamp(seconds, -MOST, MOST));
                    if (!Data.isTime(time)) {
                        throw new CelException("timestamp overflow");
                    }
                    return time;
                });
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
                        throw wrong("uint");
                    }
                });
    }

    private static Object converted(String text, String type) {
        try {
            return type.equals("Duration") ? Durations.parse(text) : Data.time(text);
        } catch (CelException e) {
            throw wrong("google.protobuf." + type);
        }
    }

    private static CelException wrong(String type) {
        return new CelException("type conversion error from 'string' to '" + type + "'");
    }

    private static Object toInt(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw wrong("int");
        }
    }

    private static Object toDouble(String text) {
        try {
            if (ENDLESS.matcher(text).matches()) {
                return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            }
            double value = Double.parseDouble(text.equalsIgnoreCase("nan") ? "NaN" : text);
            if (!PLAIN.matcher(text).matches() || Double.isInfinite(value)) {
                throw wrong("double");
            }
            return value;
        } catch (NumberFormatException e) {
            throw wrong("double");
        }
    }

    private static Object toBool(String text) {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw wrong("bool");
        };
    }

    private static void texts(Table table) {
        table.put("string(string):string", a -> a[0]);
        table.put("string(int):string", a -> a[0].toString());
        table.put("string(uint):string", a -> a[0].toString());
        table.put("string(bool):string", a -> a[0].toString());
        table.put("string(double):string", a -> number((Double) a[0]));
        table.put("string(timestamp):string", a -> time((Instant) a[0]));
        table.put("string(duration):string", a -> Durations.format((Duration) a[0]));
        table.put(
                "string(bytes):string",
                a -> {
                    String text = utf8((CelBytes) a[0]);
                    if (text == null) {
                        throw new CelException("invalid UTF-8 in bytes, cannot convert to string");
                    }
                    return text;
                });
    }

    /// Null when the bytes are no text.
    static @Nullable String utf8(CelBytes bytes) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes.bytes());
            return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /// With as many digits behind the second as are needed.
    static String time(Instant time) {
        String text = DateTimeFormatter.ISO_INSTANT.format(time);
        return text.contains(".") ? text.replaceFirst("0+Z$", "Z") : text;
    }

    /// The shortest decimal, with an exponent from a million on and below a ten-thousandth.
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        }
        if (value == 0) {
            return Double.doubleToRawLongBits(value) < 0 ? "-0" : "0";
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        if (Math.abs(value) == Double.MIN_VALUE) {
            exact = new BigDecimal("5e-324").multiply(BigDecimal.valueOf(value > 0 ? 1 : -1));
        }
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= LEAST_PLAIN && exponent <= MOST_PLAIN) {
            return exact.toPlainString();
        }
        String plain = exact.unscaledValue().abs().toString();
        String fraction = plain.length() > 1 ? "." + plain.substring(1) : "";
        String mark = exponent < 0 ? "e-" : "e+";
        String power = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return (value < 0 ? "-" : "") + plain.charAt(0) + fraction + mark + power;
    }
}
