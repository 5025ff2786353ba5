package kat.api.cel;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The type of an expression or a declared variable. Types of declared data also tell how large
/// their values can be, from which the cost of rules is estimated.
///
/// **Threads:** immutable.
public final class CelType {

    /// The forms of types.
    public enum Form {
        DYN,
        NULL,
        BOOL,
        INT,
        UINT,
        DOUBLE,
        STRING,
        BYTES,
        TIMESTAMP,
        DURATION,
        LIST,
        MAP,
        OBJECT,
        OPTIONAL,
        OPAQUE,
        TYPE,
        /// A parameter of a function's signature.
        PARAMETER
    }

    public static final CelType DYN = simple(Form.DYN, "dyn");
    public static final CelType NULL = simple(Form.NULL, "null_type");
    public static final CelType BOOL = simple(Form.BOOL, "bool");
    public static final CelType INT = simple(Form.INT, "int");
    public static final CelType UINT = simple(Form.UINT, "uint");
    public static final CelType DOUBLE = simple(Form.DOUBLE, "double");
    public static final CelType STRING = simple(Form.STRING, "string");
    public static final CelType BYTES = simple(Form.BYTES, "bytes");
    public static final CelType TIMESTAMP = simple(Form.TIMESTAMP, "google.protobuf.Timestamp");
    public static final CelType DURATION = simple(Form.DURATION, "google.protobuf.Duration");

    /// Stands for fields of any name.
    private static final Map<String, CelType> ANY_FIELD = Map.of("*", DYN);

    private final Form form;
    private final String name;
    private final List<CelType> parameters;
    private final Map<String, CelType> fields;
    private final Size size;

    /// How large values are in requests.
    ///
    /// @param most elements, characters or bytes; -1 when not known
    /// @param least bytes of JSON
    /// @param keys of a list without order: the fields by which its items are told apart, none for
    ///     the whole item; null for other types
    record Size(long most, long least, @Nullable List<String> keys) {
        static final Size UNKNOWN = new Size(-1, 1, null);
    }

    private CelType(
            Form form,
            String name,
            List<CelType> parameters,
            Map<String, CelType> fields,
            Size size) {
        this.form = form;
        this.name = name;
        this.parameters = parameters;
        this.fields = fields;
        this.size = size;
    }

    private static CelType simple(Form form, String name) {
        return new CelType(form, name, List.of(), Map.of(), Size.UNKNOWN);
    }

    public static CelType list(CelType items) {
        return new CelType(Form.LIST, "list", List.of(items), Map.of(), Size.UNKNOWN);
    }

    /// A list whose order does not matter.
    ///
    /// @param keys the fields by which its items are told apart; empty for a set
    public static CelType keyed(CelType items, List<String> keys) {
        Size size = new Size(-1, 1, List.copyOf(keys));
        return new CelType(Form.LIST, "list", List.of(items), Map.of(), size);
    }

    public static CelType map(CelType keys, CelType values) {
        return new CelType(Form.MAP, "map", List.of(keys, values), Map.of(), Size.UNKNOWN);
    }

    public static CelType optional(CelType value) {
        return new CelType(Form.OPTIONAL, "optional_type", List.of(value), Map.of(), Size.UNKNOWN);
    }

    /// The type of a type.
    static CelType type(CelType of) {
        return new CelType(Form.TYPE, "type", List.of(of), Map.of(), Size.UNKNOWN);
    }

    /// A type of Kubernetes' libraries, for example `kubernetes.Quantity`.
    public static CelType opaque(String name) {
        return simple(Form.OPAQUE, name);
    }

    static CelType parameter(String name) {
        return simple(Form.PARAMETER, name);
    }

    /// An object with these fields and no others.
    ///
    /// @param name as messages show it
    /// @param fields by the names under which expressions find them
    public static CelType object(String name, Map<String, CelType> fields) {
        return new CelType(Form.OBJECT, name, List.of(), new TreeMap<>(fields), Size.UNKNOWN);
    }

    /// An object whose fields may have any name and type.
    static CelType open(String name) {
        return new CelType(Form.OBJECT, name, List.of(), ANY_FIELD, Size.UNKNOWN);
    }

    /// The same type for values of bounded size.
    ///
    /// @param most elements, characters or bytes
    /// @param least bytes of JSON
    public CelType sized(long most, long least) {
        return new CelType(form, name, parameters, fields, new Size(most, least, size.keys()));
    }

    public Form form() {
        return form;
    }

    /// Without parameters: `list`, `int`, `Object.spec`.
    public String name() {
        return name;
    }

    /// Of a list's items, a map's values or an optional's value; [#DYN] for others.
    CelType element() {
        return parameters.isEmpty() ? DYN : parameters.getLast();
    }

    CelType key() {
        return form == Form.MAP ? parameters.getFirst() : INT;
    }

    List<CelType> parameters() {
        return parameters;
    }

    @Nullable CelType field(String field) {
        return fields == ANY_FIELD ? DYN : fields.get(field);
    }

    /// -1 when not known.
    long most() {
        return size.most();
    }

    /// How many bytes of JSON a value has at least.
    public long least() {
        return size.least();
    }

    /// See [#keyed]; null where the order matters.
    @Nullable List<String> keys() {
        return size.keys();
    }

    boolean is(Form other) {
        return form == other;
    }

    /// The same form with other parameters.
    CelType with(List<CelType> others) {
        return new CelType(form, name, others, fields, size);
    }

    /// Without parameters of signatures: what is bound to nothing may be anything.
    CelType closed() {
        if (form == Form.PARAMETER) {
            return DYN;
        }
        return parameters.isEmpty()
                ? this
                : with(parameters.stream().map(CelType::closed).toList());
    }

    /// Whether it is not yet known what a part of it is.
    boolean isOpen() {
        return form == Form.PARAMETER || parameters.stream().anyMatch(CelType::isOpen);
    }

    /// As messages of the checker show it.
    String shown() {
        String own =
                switch (form) {
                    case DURATION -> "duration";
                    case TIMESTAMP -> "timestamp";
                    case NULL -> "null";
                    case PARAMETER -> "dyn";
                    default -> name;
                };
        return parameters.isEmpty()
                ? own
                : own
                        + parameters.stream()
                                .map(CelType::shown)
                                .collect(Collectors.joining(", ", "(", ")"));
    }

    @Override
    public String toString() {
        return parameters.isEmpty()
                ? name
                : name
                        + parameters.stream()
                                .map(CelType::toString)
                                .collect(Collectors.joining(", ", "(", ")"));
    }
}
