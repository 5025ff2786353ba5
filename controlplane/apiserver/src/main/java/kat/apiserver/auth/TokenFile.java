package kat.apiserver.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.apiserver.config.ConfigFileException;

/// Reads a file of tokens, one a line: token, user, uid and, when there are any, the groups in
/// quotes.
///
/// ```
/// 31ada4fd-adec-460c-809a-9e56ceb75269,jane,42,"devs,ops"
/// ```
///
/// **Source:** `apiserver/pkg/authentication/token/tokenfile`.
public final class TokenFile {

    private static final int FIELDS = 3;

    private TokenFile() {}

    /// @throws ConfigFileException when it cannot be read
    public static Map<String, User> read(Path file) {
        Map<String, User> users = new LinkedHashMap<>();
        for (List<String> record : records(file)) {
            if (record.size() < FIELDS) {
                throw new ConfigFileException(
                        "token file '"
                                + file
                                + "' must have at least 3 columns (token, user name, user uid),"
                                + " found "
                                + record.size());
            }
            if (!record.getFirst().isEmpty()) {
                users.put(record.getFirst(), user(record));
            }
        }
        return users;
    }

    private static User user(List<String> record) {
        List<String> groups =
                record.size() > FIELDS ? List.of(record.get(FIELDS).split(",", -1)) : List.of();
        return new User(record.get(1), record.get(2), groups, new TreeMap<>()).signedIn();
    }

    private static List<List<String>> records(Path file) {
        List<List<String>> records = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank()) {
                    records.add(fields(line));
                }
            }
        } catch (IOException e) {
            throw new ConfigFileException("cannot read the token file: " + e, e);
        }
        return records;
    }

    /// Quotes keep commas together; two quotes within are one.
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean isQuoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && isQuoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append(c);
                i++;
            } else if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c == ',' && !isQuoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
