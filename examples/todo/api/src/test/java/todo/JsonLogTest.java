package todo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class JsonLogTest {

    @Test
    void writesOneLineWithTheFields() {
        LogRecord entry = new LogRecord(Level.WARNING, "two\nlines");
        entry.setLoggerName("todo");
        entry.setParameters(new Object[] {Map.of("status", 200)});
        entry.setThrown(new IllegalStateException("why"));

        String line = new JsonLog().format(entry);

        JsonNode json = Json.parse(line);
        assertEquals(1, line.lines().count());
        assertEquals("warning", json.get("level").asText());
        assertEquals("two\nlines", json.get("message").asText());
        assertEquals(200, json.get("status").asInt());
        assertTrue(json.at("/error/0/what").asText().contains("why"));
    }
}
