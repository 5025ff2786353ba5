package kat.api.json;

/// A text.
///
/// @param value the text without quotes and escapes
public record JsonString(String value) implements Json {

    @Override
    public String toString() {
        return JsonWriter.text(this);
    }
}
