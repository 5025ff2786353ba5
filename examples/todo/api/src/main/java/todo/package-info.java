/// To-dos over HTTP, kept in PostgreSQL.
///
/// Read [Main], which puts the parts together, then [TodoRoutes] (what can be asked),
/// [TodoRepository] (the SQL) and [Database] (how it lives through a restart of PostgreSQL).
///
/// Nothing here knows of Kubernetes: settings come from the environment, logs go to standard
/// output, and health is told over HTTP.
@NullMarked
package todo;

import org.jspecify.annotations.NullMarked;
