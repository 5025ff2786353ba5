package todo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The SQL: to-dos as rows of one table.
///
/// A deleted to-do stays for a week, so that its deletion can be undone.
final class TodoRepository {

    /// Part of a list.
    ///
    /// @param total how many there are on all pages
    /// @param next the `after` of the next page; null on the last
    record Page(List<Todo> items, long total, @Nullable String next) {}

    /// What comes of a change that is meant for one version only.
    sealed interface Outcome {
        /// It was made.
        record Changed(Todo todo) implements Outcome {}

        /// It was not: the to-do is this one by now.
        record OtherVersion(Todo todo) implements Outcome {}

        record Missing() implements Outcome {}
    }

    private static final String COLUMNS =
            "id, title, description, done, due, position, version, created_at, updated_at";

    /// Between two neighbours when lists are new, and when they are numbered anew.
    private static final double STEP = 1024;

    /// Neighbours closer than this have no room for a third between them.
    private static final double LEAST_GAP = 1e-6;

    /// Changes of the order take turns by this lock of PostgreSQL.
    private static final long ORDER_LOCK = 7_260_001;

    private final Database database;

    TodoRepository(Database database) {
        this.database = database;
    }

    Page list(TodoQuery query) {
        return database.read(
                connection -> {
                    Filter filter = Filter.of(query);
                    long total = -1;
                    List<Todo> items = new ArrayList<>();
                    String next = null;
                    try (PreparedStatement statement = filter.page(connection, query);
                            ResultSet rows = statement.executeQuery()) {
                        TodoQuery.Cursor last = null;
                        while (rows.next()) {
                            total = rows.getLong("total");
                            if (items.size() == query.limit()) {
                                next = last == null ? null : last.text();
                                break;
                            }
                            Todo todo = todo(rows);
                            items.add(todo);
                            last =
                                    new TodoQuery.Cursor(
                                            query.sort(), rows.getString("place"), todo.id());
                        }
                    }
                    return new Page(items, total < 0 ? filter.count(connection) : total, next);
                });
    }

    /// The conditions of a query, with the values for its question marks.
    private record Filter(String conditions, List<Object> values) {

        static Filter of(TodoQuery query) {
            StringBuilder conditions = new StringBuilder("deleted_at is null");
            List<Object> values = new ArrayList<>();
            if (query.done() != null) {
                conditions.append(" and done = ?");
                values.add(query.done());
            }
            if (!query.text().isEmpty()) {
                conditions.append(" and strpos(lower(title || ' ' || description), lower(?)) > 0");
                values.add(query.text());
            }
            if (query.dueBefore() != null) {
                conditions.append(" and due < ?");
                values.add(query.dueBefore());
            }
            return new Filter(conditions.toString(), values);
        }

        long count(Connection connection) throws SQLException {
            try (PreparedStatement statement =
                    prepare(
                            connection,
                            "select count(*) from todo where " + conditions,
                            values.toArray())) {
                ResultSet rows = statement.executeQuery();
                rows.next();
                return rows.getLong(1);
            }
        }

        /// One row more than the page holds tells whether there is another page; each row tells
        /// how many there are on all, so that a list is one journey to the database.
        PreparedStatement page(Connection connection, TodoQuery query) throws SQLException {
            String place = query.sort().expression();
            StringBuilder sql = new StringBuilder("select ").append(COLUMNS);
            sql.append(", (").append(place).append(")::text as place, (select count(*) from todo");
            sql.append(" where ").append(conditions).append(") as total from todo where ");
            sql.append(conditions);
            List<Object> all = new ArrayList<>(values);
            all.addAll(values);
            if (query.after() != null) {
                sql.append(" and (").append(place).append(", id) > (?::");
                sql.append(query.sort().type()).append(", ?)");
                all.add(query.after().value());
                all.add(query.after().id());
            }
            sql.append(" order by ").append(place).append(", id limit ?");
            all.add(query.limit() + 1);
            return prepare(connection, sql.toString(), all.toArray());
        }
    }

    Optional<Todo> read(UUID id) {
        return database.read(connection -> select(connection, id, ""));
    }

    /// Adds a to-do at the end.
    Todo create(Draft draft) {
        return database.transaction(
                connection -> {
                    lockOrder(connection);
                    return row(
                                    connection,
                                    "insert into todo (title, description, done, due, position) "
                                            + "select ?, ?, ?, ?, coalesce(max(position), 0) + "
                                            + STEP
                                            + " from todo returning "
                                            + COLUMNS,
                                    draft.title(),
                                    draft.description(),
                                    draft.done(),
                                    draft.due())
                            .orElseThrow();
                });
    }

    /// Changes a to-do when it still is of a version that the caller means.
    Outcome update(UUID id, Predicate<Todo> isMeant, java.util.function.UnaryOperator<Draft> edit) {
        return change(
                id,
                isMeant,
                (connection, todo) -> {
                    Draft draft = edit.apply(todo.draft());
                    if (draft.equals(todo.draft())) {
                        return todo;
                    }
                    return row(
                                    connection,
                                    "update todo set title = ?, description = ?, done = ?, due = ?, "
                                            + "version = version + 1, updated_at = now() "
                                            + "where id = ? returning "
                                            + COLUMNS,
                                    draft.title(),
                                    draft.description(),
                                    draft.done(),
                                    draft.due(),
                                    id)
                            .orElseThrow();
                });
    }

    /// Deletes a to-do when it still is of a version that the caller means.
    Outcome delete(UUID id, Predicate<Todo> isMeant) {
        return change(
                id,
                isMeant,
                (connection, todo) -> {
                    execute(
                            connection,
                            "delete from todo where deleted_at < now() - interval '7 days'");
                    return row(
                                    connection,
                                    "update todo set deleted_at = now(), version = version + 1 "
                                            + "where id = ? returning "
                                            + COLUMNS,
                                    id)
                            .orElseThrow();
                });
    }

    private interface Change {
        Todo make(Connection connection, Todo todo) throws SQLException;
    }

    private Outcome change(UUID id, Predicate<Todo> isMeant, Change change) {
        return database.transaction(
                connection -> {
                    Optional<Todo> found = select(connection, id, " for update");
                    if (found.isEmpty()) {
                        return new Outcome.Missing();
                    }
                    return isMeant.test(found.get())
                            ? new Outcome.Changed(change.make(connection, found.get()))
                            : new Outcome.OtherVersion(found.get());
                });
    }

    /// Undoes a deletion; a to-do that is not deleted stays as it is.
    Optional<Todo> restore(UUID id) {
        return database.transaction(
                connection -> {
                    execute(
                            connection,
                            "update todo set deleted_at = null, version = version + 1 "
                                    + "where id = ? and deleted_at is not null",
                            id);
                    return select(connection, id, "");
                });
    }

    /// Moves a to-do to the place before another one, or to the end.
    ///
    /// @return the moved to-do; empty when one of the two does not exist
    Optional<Todo> move(UUID id, @Nullable UUID before) {
        return database.transaction(
                connection -> {
                    lockOrder(connection);
                    Optional<Todo> moved = select(connection, id, "");
                    Optional<Double> place = place(connection, id, before);
                    if (moved.isEmpty() || place.isEmpty()) {
                        return Optional.empty();
                    }
                    return row(
                            connection,
                            "update todo set position = ?, version = version + 1, updated_at = now() "
                                    + "where id = ? returning "
                                    + COLUMNS,
                            place.get(),
                            id);
                });
    }

    /// A number between `before` and the one that precedes it, makes room when there is none.
    private static Optional<Double> place(Connection connection, UUID id, @Nullable UUID before)
            throws SQLException {
        if (before == null) {
            return number(
                    connection,
                    "select coalesce(max(position), 0) + " + STEP + " from todo where id <> ?",
                    id);
        }
        Optional<Double> upper = positionOf(connection, before);
        if (upper.isEmpty()) {
            return Optional.empty();
        }
        double lower = positionBelow(connection, upper.get(), id);
        if (upper.get() - lower < LEAST_GAP) {
            execute(
                    connection,
                    "update todo set position = n.number * "
                            + STEP
                            + ", version = version + 1 from (select id, row_number() over "
                            + "(order by position, id) as number from todo) n where n.id = todo.id");
            upper = positionOf(connection, before);
            lower = positionBelow(connection, upper.orElseThrow(), id);
        }
        return Optional.of((lower + upper.orElseThrow()) / 2);
    }

    private static Optional<Double> positionOf(Connection connection, UUID id) throws SQLException {
        return number(
                connection, "select position from todo where id = ? and deleted_at is null", id);
    }

    private static double positionBelow(Connection connection, double position, UUID except)
            throws SQLException {
        return number(
                        connection,
                        "select coalesce(max(position), ?) from todo where position < ? and id <> ?",
                        position - 2 * STEP,
                        position,
                        except)
                .orElseThrow();
    }

    private static void lockOrder(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                prepare(connection, "select pg_advisory_xact_lock(?)", ORDER_LOCK)) {
            statement.execute();
        }
    }

    private static Optional<Todo> select(Connection connection, UUID id, String lock)
            throws SQLException {
        return row(
                connection,
                "select " + COLUMNS + " from todo where id = ? and deleted_at is null" + lock,
                id);
    }

    private static Optional<Todo> row(Connection connection, String sql, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(todo(rows)) : Optional.empty();
        }
    }

    private static Optional<Double> number(Connection connection, String sql, Object... values)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(rows.getDouble(1)) : Optional.empty();
        }
    }

    private static void execute(Connection connection, String sql, Object... values)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values)) {
            statement.executeUpdate();
        }
    }

    private static PreparedStatement prepare(
            Connection connection, String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    private static Todo todo(ResultSet row) throws SQLException {
        return new Todo(
                row.getObject("id", UUID.class),
                row.getString("title"),
                row.getString("description"),
                row.getBoolean("done"),
                row.getObject("due", LocalDate.class),
                row.getDouble("position"),
                row.getLong("version"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
