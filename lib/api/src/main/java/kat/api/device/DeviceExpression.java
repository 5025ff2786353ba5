package kat.api.device;

import java.util.HashMap;
import java.util.Map;
import kat.api.cel.CelException;
import kat.api.cel.CelType;
import kat.api.cel.CompileException;
import kat.api.cel.Data;
import kat.api.cel.DefaultMap;
import kat.api.cel.Environment;
import kat.api.cel.Evaluation;
import kat.api.cel.Program;
import kat.api.json.Json;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;

/// An expression that selects devices, by their driver, attributes and capacities.
///
/// ```java
/// DeviceExpression fast = DeviceExpression.compile("device.attributes['example.com'].fast");
/// boolean fits = fast.matches(DeviceExpression.values("example.com", device));
/// ```
///
/// **Threads:** any.
///
/// **Source:** `k8s.io/dynamic-resource-allocation/cel`.
public final class DeviceExpression {

    private static final String VARIABLE = "device";

    private static final Environment DEVICES =
            Environment.withBindings(
                    Map.of(
                            VARIABLE,
                            CelType.object(
                                    "kubernetes.DRADevice",
                                    Map.of(
                                            "driver",
                                            CelType.STRING,
                                            "attributes",
                                            domains(CelType.DYN),
                                            "capacity",
                                            domains(CelType.opaque("kubernetes.Quantity")),
                                            "allowMultipleAllocations",
                                            CelType.BOOL))));

    private final Program program;

    private DeviceExpression(Program program) {
        this.program = program;
    }

    private static CelType domains(CelType values) {
        return CelType.map(CelType.STRING, CelType.map(CelType.STRING, values));
    }

    /// @throws CompileException when the expression cannot be read or does not fit its types
    public static DeviceExpression compile(String source) {
        return new DeviceExpression(DEVICES.compile(source));
    }

    /// The type of its value; anything but a boolean may be one only by chance.
    public CelType type() {
        return program.type();
    }

    /// A device as expressions see it. Names without a domain are in that of the driver; a
    /// domain that the device has nothing of is empty.
    ///
    /// @param driver that the device is of
    /// @param device an entry of a ResourceSlice's `devices`
    /// @throws CelException when an attribute has no value, with its name
    public static Map<String, Object> values(String driver, JsonObject device) {
        Map<String, Map<String, Object>> attributes = new HashMap<>();
        device.object("attributes")
                .forEach((name, value) -> add(attributes, driver, name, attribute(name, value)));
        Map<String, Map<String, Object>> capacity = new HashMap<>();
        JsonObject capacities = device.object("capacity");
        for (String name : capacities.names()) {
            String amount = capacities.object(name).string("value", "0");
            add(capacity, driver, name, Data.quantity(amount));
        }
        return Map.of(
                "driver",
                driver,
                "allowMultipleAllocations",
                device.bool("allowMultipleAllocations"),
                "attributes",
                new DefaultMap(Map.copyOf(attributes)),
                "capacity",
                new DefaultMap(Map.copyOf(capacity)));
    }

    private static void add(
            Map<String, Map<String, Object>> domains, String driver, String name, Object value) {
        int slash = name.indexOf('/');
        String domain = slash < 0 ? driver : name.substring(0, slash);
        domains.computeIfAbsent(domain, _ -> new HashMap<>()).put(name.substring(slash + 1), value);
    }

    private static Object attribute(String name, Json value) {
        try {
            return attribute(value);
        } catch (CelException e) {
            throw new CelException("attribute " + name + ": " + e.getMessage());
        }
    }

    private static Object attribute(Json value) {
        if (value instanceof JsonObject union) {
            if (union.get("int") instanceof JsonNumber number) {
                return number.longValue();
            }
            if (union.get("bool") instanceof JsonBoolean bool) {
                return bool.value();
            }
            if (union.has("string")) {
                return union.string("string");
            }
            if (union.has("version")) {
                return Data.version(union.string("version"));
            }
        }
        throw new CelException("unsupported attribute value");
    }

    /// Whether it selects a device.
    ///
    /// @param device as [#values] gives it
    /// @throws CelException when it has no value, costs too much, or its value is no boolean
    public boolean matches(Map<String, Object> device) {
        Object value =
                program.run(
                        new Evaluation(
                                name -> name.equals(VARIABLE) ? device : null,
                                Environment.CALL_LIMIT));
        if (value instanceof Boolean decision) {
            return decision;
        }
        throw new CelException(
                "CEL result of type "
                        + Data.typeOf(value).name()
                        + " could not be converted to bool: "
                        + reason(value));
    }

    /// cel-go's words for each type that an attribute can have.
    private static String reason(Object value) {
        return switch (value) {
            case String _ -> "unsupported native conversion from string to 'bool'";
            case Long _ -> "unsupported type conversion from 'int' to bool";
            default -> "type conversion error from 'Semver' to 'bool'";
        };
    }
}
