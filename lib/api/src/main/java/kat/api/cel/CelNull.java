package kat.api.cel;

/// The null of CEL.
public enum CelNull {
    NULL;

    @Override
    public String toString() {
        return "null";
    }
}
