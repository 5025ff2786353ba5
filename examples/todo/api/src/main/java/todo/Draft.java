package todo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The part of a to-do that clients write.
///
/// @param title 1 to 200 characters, without white space around it
/// @param description up to 4,000 characters
record Draft(String title, String description, boolean done, @Nullable LocalDate due) {

    /// What a new to-do starts from; it has no title yet.
    static final Draft EMPTY = new Draft("", "", false, null);

    private static final int LONGEST_TITLE = 200;
    private static final int LONGEST_DESCRIPTION = 4000;

    /// This draft with the fields that the body names, as a JSON merge patch (RFC 7396) means them.
    ///
    /// @throws Problem 422 with one error for each field that cannot be taken
    Draft merge(JsonNode body) {
        if (!body.isObject()) {
            throw Problem.badRequest("the body is no JSON object");
        }
        Draft result = this;
        List<Problem.FieldError> errors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : body.properties()) {
            try {
                result = result.with(field.getKey(), field.getValue());
            } catch (IllegalArgumentException e) {
                errors.add(new Problem.FieldError(field.getKey(), String.valueOf(e.getMessage())));
            }
        }
        if (result.title.isEmpty() && errors.stream().noneMatch(e -> e.field().equals("title"))) {
            errors.add(new Problem.FieldError("title", "is required"));
        }
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        return result;
    }

    private Draft with(String field, JsonNode value) {
        return switch (field) {
            case "title" -> new Draft(text(value, LONGEST_TITLE).strip(), description, done, due);
            case "description" -> new Draft(title, text(value, LONGEST_DESCRIPTION), done, due);
            case "done" -> new Draft(title, description, flag(value), due);
            case "due" -> new Draft(title, description, done, date(value));
            default -> throw new IllegalArgumentException("cannot be set");
        };
    }

    private static String text(JsonNode value, int longest) {
        if (value.isNull()) {
            return "";
        }
        if (!value.isTextual()) {
            throw new IllegalArgumentException("must be text");
        }
        String text = value.textValue();
        if (text.codePointCount(0, text.length()) > longest) {
            throw new IllegalArgumentException("has more than " + longest + " characters");
        }
        if (text.codePoints().anyMatch(Draft::isForbidden)) {
            throw new IllegalArgumentException("holds control characters");
        }
        return text;
    }

    /// Control characters other than line ends and tabs, and halves of surrogate pairs.
    private static boolean isForbidden(int c) {
        boolean isControl = Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t';
        return isControl || Character.getType(c) == Character.SURROGATE;
    }

    private static boolean flag(JsonNode value) {
        if (!value.isBoolean()) {
            throw new IllegalArgumentException("must be true or false");
        }
        return value.booleanValue();
    }

    private static @Nullable LocalDate date(JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        try {
            LocalDate date = LocalDate.parse(value.isTextual() ? value.textValue() : "");
            if (date.getYear() >= 1 && date.getYear() <= 9999) {
                return date;
            }
        } catch (DateTimeParseException e) {
            // told below
        }
        throw new IllegalArgumentException("must be a date such as 2027-01-31, or null");
    }
}
