package kat.api.cel;

import java.math.BigDecimal;
import kat.api.Quantity;
import kat.api.cel.Functions.Table;

/// Quantities such as `500m` and `2Gi`.
///
/// **Source:** `apiserver/pkg/cel/library/quantity.go`.
final class QuantityFunctions {

    private static final String TYPE = "kubernetes.Quantity";

    /// Binary amounts are kept as whole numbers of at most 18 digits.
    private static final BigDecimal MOST_BINARY = BigDecimal.TEN.pow(18);

    private QuantityFunctions() {}

    /// A quantity as a value.
    ///
    /// @param isWhole whether Kubernetes keeps it as a whole number; one that was written with a
    ///     point or in thousandths it does not
    private record Amount(Quantity quantity, boolean isWhole) implements Values.Opaque {
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
        // Kubernetes has it as a function without a receiver.
        table.put("sign(" + TYPE + "):int", a -> (long) number(a[0]).signum());
        table.put(TYPE + "|isInteger():bool", a -> isWhole(a[0]));
        table.put(
                TYPE + "|asInteger():int",
                a -> {
                    if (!isWhole(a[0])) {
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
        table.put(
                TYPE + "|add(" + TYPE + "):" + TYPE,
                a -> made(number(a[0]).add(number(a[1])), isWhole(a[0]) && isWhole(a[1])));
        table.put(
                TYPE + "|add(int):" + TYPE,
                a -> made(number(a[0]).add(BigDecimal.valueOf((Long) a[1])), isWhole(a[0])));
        table.put(
                TYPE + "|sub(" + TYPE + "):" + TYPE,
                a -> made(number(a[0]).subtract(number(a[1])), isWhole(a[0]) && isWhole(a[1])));
        table.put(
                TYPE + "|sub(int):" + TYPE,
                a -> made(number(a[0]).subtract(BigDecimal.valueOf((Long) a[1])), isWhole(a[0])));
    }

    private static BigDecimal number(Object amount) {
        return ((Amount) amount).number();
    }

    private static boolean isWhole(Object amount) {
        return ((Amount) amount).isWhole();
    }

    private static boolean isWhole(String text, BigDecimal number) {
        boolean isBinary = text.endsWith("i");
        BigDecimal most = isBinary ? MOST_BINARY : BigDecimal.valueOf(Long.MAX_VALUE);
        boolean isFraction = text.indexOf('.') >= 0 || text.matches(".*(n|u|m|[eE]-\\d+)");
        return !isFraction && number.abs().compareTo(most) <= 0;
    }

    static Object parse(String text) {
        Quantity quantity = Quantity.tryParse(text);
        if (quantity == null) {
            boolean isNumber = text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)[eEinumkKMGTP]*[-+]?\\d*");
            throw new CelException(
                    isNumber
                            ? "unable to parse quantity's suffix"
                            : "quantities must match the regular expression"
                                    + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        }
        return new Amount(quantity, isWhole(text, quantity.amount()));
    }

    private static Object made(BigDecimal number, boolean isWhole) {
        String text = number.stripTrailingZeros().toPlainString();
        return new Amount(((Amount) parse(text)).quantity(), isWhole && isWhole(text, number));
    }
}
