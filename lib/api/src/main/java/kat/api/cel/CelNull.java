package kat.api.cel;

/// The null of CEL.
enum CelNull {
    NULL;

    @Override
    public String toString() {
        return "null";
    }
}
