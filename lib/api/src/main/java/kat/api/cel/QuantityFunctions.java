package kat.api.cel;

import java.math.BigDecimal;
import kat.api.Quantity;
import kat.api.cel.Functions.Table;

/// Quantities such as `500m` and `2Gi`.
///
/// **Source:** `apiserver/pkg/cel/library/quantity.go`.
final class QuantityFunctions {

    private static final String TYPE = "kubernetes.Quantity";

    private QuantityFunctions() {}

    /// A quantity as a value.
    private record Amount(Quantity quantity) implements Values.Opaque {
        @Override
        public String typeName() {
            return TYPE;
        }

        BigDecimal number() {
            return quantity.amount();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Amount that && number().compareTo(that.number()) == 0;
        }

        @Override
        public int hashCode() {
            return number().stripTrailingZeros().hashCode();
        }

        @Override
        public String toString() {
            return quantity.toString();
        }
    }

    static void addTo(Table table) {
        table.put("quantity(string):" + TYPE, a -> parse((String) a[0]));
        table.put("isQuantity(string):bool", a -> Quantity.tryParse((String) a[0]) != null);
        table.put(TYPE + "|sign():int", a -> (long) number(a[0]).signum());
        table.put(TYPE + "|isInteger():bool", a -> isWhole(number(a[0])));
        table.put(
                TYPE + "|asInteger():int",
                a -> {
                    if (!isWhole(number(a[0]))) {
                        throw new CelException("cannot convert value to integer");
                    }
                    return number(a[0]).longValue();
                });
        table.put(TYPE + "|asApproximateFloat():double", a -> number(a[0]).doubleValue());
        table.put(
                TYPE + "|isGreaterThan(" + TYPE + "):bool",
                a -> number(a[0]).compareTo(number(a[1])) > 0);
        table.put(
                TYPE + "|isLessThan(" + TYPE + "):bool",
                a -> number(a[0]).compareTo(number(a[1])) < 0);
        table.put(
                TYPE + "|compareTo(" + TYPE + "):int",
                a -> (long) number(a[0]).compareTo(number(a[1])));
        table.put(TYPE + "|add(" + TYPE + "):" + TYPE, a -> made(number(a[0]).add(number(a[1]))));
        table.put(
                TYPE + "|add(int):" + TYPE,
                a -> made(number(a[0]).add(BigDecimal.valueOf((Long) a[1]))));
        table.put(
                TYPE + "|sub(" + TYPE + "):" + TYPE,
                a -> made(number(a[0]).subtract(number(a[1]))));
        table.put(
                TYPE + "|sub(int):" + TYPE,
                a -> made(number(a[0]).subtract(BigDecimal.valueOf((Long) a[1]))));
    }

    private static BigDecimal number(Object amount) {
        return ((Amount) amount).number();
    }

    private static boolean isWhole(BigDecimal number) {
        return number.stripTrailingZeros().scale() <= 0
                && number.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
    }

    private static Object parse(String text) {
        Quantity quantity = Quantity.tryParse(text);
        if (quantity == null) {
            throw new CelException(
                    "quantities must match the regular expression"
                            + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        }
        return new Amount(quantity);
    }

    private static Object made(BigDecimal number) {
        return parse(number.stripTrailingZeros().toPlainString());
    }
}
