package kat.api.protobuf;

import java.util.List;

/// A member of an object and its place in the message.
///
/// @param number in the innermost message
/// @param holders numbers of the messages around it that JSON does not show, outermost first
/// @param messageName what the value is when it is a message; empty otherwise
/// @param pointer whether a zero value is kept
/// @param always whether JSON shows a zero value
record Field(
        int number,
        String name,
        List<Integer> holders,
        Type type,
        String messageName,
        Shape shape,
        boolean pointer,
        boolean always) {

    /// How many values a field has.
    enum Shape {
        ONE,
        LIST,
        MAP
    }

    /// The same field seen from the object that shows its members.
    Field within(int holder) {
        List<Integer> around = new java.util.ArrayList<>(holders);
        around.addFirst(holder);
        return new Field(
                number, name, List.copyOf(around), type, messageName, shape, pointer, always);
    }

    /// Whether a zero value says nothing.
    boolean dropsZero() {
        return !pointer && !always;
    }

    /// Reads `NUMBER:NAME:TYPE` with its suffix.
    ///
    /// @param scope the package of the message
    static Field parse(String text, String scope) {
        String[] parts = text.split(":", -1);
        String word = parts[2];
        boolean pointer = word.endsWith("?");
        boolean always = word.endsWith("!");
        if (pointer || always) {
            word = word.substring(0, word.length() - 1);
        }
        Shape shape = Shape.ONE;
        if (word.endsWith("[]") || word.endsWith("{}")) {
            shape = word.endsWith("[]") ? Shape.LIST : Shape.MAP;
            word = word.substring(0, word.length() - 2);
        }
        Type type = Type.of(word);
        String message =
                switch (type) {
                    case MESSAGE -> word.indexOf('.') < 0 ? scope + "." + word : word;
                    case SCHEMA_OR_ARRAY, SCHEMA_OR_BOOL, SCHEMA_OR_TEXTS ->
                            scope + ".JSONSchemaProps";
                    default -> "";
                };
        return new Field(
                Integer.parseInt(parts[0]),
                parts[1],
                List.of(),
                type,
                message,
                shape,
                pointer,
                always);
    }

    /// Whether the value is a message whose members JSON shows in the holder.
    boolean isInline() {
        return name.isEmpty();
    }
}
