package dev.gori.promql;

/// Natural sort order: runs of digits compare as numbers, so that `x2` comes before `x10`.
final class NaturalOrder {

  private NaturalOrder() {}

  static int compare(String one, String other) {
    int i = 0;
    int j = 0;
    while (i < one.length() && j < other.length()) {
      if (isDigit(one.charAt(i)) && isDigit(other.charAt(j))) {
        int iEnd = digitsEnd(one, i);
        int jEnd = digitsEnd(other, j);
        int order = compareNumbers(one.substring(i, iEnd), other.substring(j, jEnd));
        if (order != 0) {
          return order;
        }
        i = iEnd;
        j = jEnd;
      } else if (one.charAt(i) != other.charAt(j)) {
        return Character.compare(one.charAt(i), other.charAt(j));
      } else {
        i++;
        j++;
      }
    }
    return Integer.compare(one.length() - i, other.length() - j);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int digitsEnd(String text, int from) {
    int end = from;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static int compareNumbers(String one, String other) {
    var a = one.replaceFirst("^0+", "");
    var b = other.replaceFirst("^0+", "");
    int order = a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
    return order != 0 ? order : Integer.compare(one.length(), other.length());
  }
}
