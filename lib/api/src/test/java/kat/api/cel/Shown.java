package kat.api.cel;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kat.api.json.Json;

/// Values of expressions as the recorded ones are written.
public final class Shown {

    private Shown() {}

    public static String of(Object value) {
        return switch (value) {
            case String text ->
                    new String(Json.of(text).toBytes(), java.nio.charset.StandardCharsets.UTF_8);
            case CelBytes bytes -> "b" + HexFormat.of().formatHex(bytes.bytes());
            case Double number -> "d" + ConversionFunctions.number(number);
            case CelUint number -> number + "u";
            case Instant time -> "ts:" + time.toString().replaceFirst("(\\.\\d*?)0+Z$", "$1Z");
            case Duration time -> "dur:" + time.toNanos();
            case Optional<?> optional ->
                    optional.isEmpty() ? "none" : "opt(" + of(optional.get()) + ")";
            case List<?> list -> {
                List<String> parts = new ArrayList<>();
                list.forEach(item -> parts.add(of(item)));
                yield "[" + String.join(", ", parts) + "]";
            }
            case Map<?, ?> map -> {
                List<String> parts = new ArrayList<>();
                map.forEach((key, item) -> parts.add(of(key) + ": " + of(item)));
                Collections.sort(parts);
                yield "{" + String.join(", ", parts) + "}";
            }
            case CelType type -> "type " + type.name();
            case CelNull _ -> "NULL_VALUE";
            case Boolean bool -> bool.toString();
            case Long number -> number.toString();
            default -> "other " + Values.typeOf(value).name();
        };
    }
}
