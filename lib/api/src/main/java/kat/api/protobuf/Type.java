package kat.api.protobuf;

/// How one value of a field is written.
enum Type {
    STRING('s'),
    BYTES('b'),
    INT32('i'),
    INT64('l'),
    BOOL('t'),
    DOUBLE('d'),
    /// A text in a message.
    QUANTITY('Q'),
    /// Which of both it is, a number and a text, in a message.
    INT_OR_STRING('I'),
    /// Seconds since 1970 in a message; an empty one for the zero time.
    TIME('T'),
    /// The same with nanoseconds, of which only whole microseconds count.
    MICRO_TIME('U'),
    /// Any JSON as its text in a message.
    RAW('R'),
    /// A list of texts in a message, so that it can be a map's value.
    TEXTS('W'),
    /// A schema or a list of schemas.
    SCHEMA_OR_ARRAY('A'),
    /// A schema or a truth value.
    SCHEMA_OR_BOOL('B'),
    /// A schema or a list of texts.
    SCHEMA_OR_TEXTS('S'),
    MESSAGE('.');

    private final char letter;

    Type(char letter) {
        this.letter = letter;
    }

    /// @param word a type as the table writes it
    static Type of(String word) {
        if (word.length() > 1) {
            return MESSAGE;
        }
        char wanted = word.charAt(0) == 'F' || word.charAt(0) == 'J' ? 'R' : word.charAt(0);
        for (Type type : values()) {
            if (type.letter == wanted) {
                return type;
            }
        }
        throw new IllegalStateException("the table of messages has an unknown type " + word);
    }

    boolean isTime() {
        return this == TIME || this == MICRO_TIME;
    }

    /// Whether a value is a number in the message, not a run of bytes.
    boolean isVarint() {
        return this == INT32 || this == INT64 || this == BOOL;
    }

    /// The wire type: 0 a number, 1 eight bytes, 2 a run of bytes.
    int wireType() {
        return isVarint() ? Wire.VARINT : this == DOUBLE ? Wire.FIXED64 : Wire.LENGTH;
    }
}
