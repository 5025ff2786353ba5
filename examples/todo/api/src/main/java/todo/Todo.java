package todo;

import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One thing to do.
///
/// @param due the day by which it should be done, if any
/// @param order lists are sorted by it, the smallest first
/// @param version counts changes, from 1
public record Todo(
        UUID id,
        String title,
        String description,
        boolean done,
        @Nullable LocalDate due,
        double order,
        long version,
        Instant createdAt,
        Instant updatedAt) {

    /// What a client may set.
    Draft draft() {
        return new Draft(title, description, done, due);
    }

    /// Names this version of it, as HTTP writes it.
    String etag() {
        return "\"" + version + "\"";
    }
}
