package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import java.util.AbstractCollection;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// The series of the head, found by their labels and by their numbers. Guarded by the head's lock.
final class SeriesTable extends AbstractCollection<HeadSeries> {

  /*
   * By labels: one array, a series stands at the place that its hash says or at the next free
   * one; at most half of the places are taken. By number: pages of an array, since numbers are
   * given one after the other and never again; a page of which all series are gone is dropped.
   * Together that is some 16 bytes a series, a sixth of what two maps of the library need.
   */

  private static final int PAGE = 1024;

  private @Nullable HeadSeries[] places = new HeadSeries[64];
  private @Nullable HeadSeries[] @Nullable [] pages = new HeadSeries[4][];
  private int size;

  @Nullable HeadSeries find(Labels labels) {
    int hash = labels.hashCode();
    for (int at = place(hash); ; at = after(at)) {
      var series = places[at];
      if (series == null || (series.hash == hash && series.labels.equals(labels))) {
        return series;
      }
    }
  }

  @Nullable HeadSeries find(int number) {
    int page = number / PAGE;
    if (page >= pages.length) {
      return null;
    }
    var numbers = pages[page];
    return numbers == null ? null : numbers[number % PAGE];
  }

  /// Adds a series whose labels and number no other one has.
  @Override
  public boolean add(HeadSeries series) {
    if (++size > places.length / 2) {
      widen();
    }
    put(series);
    int page = series.number / PAGE;
    if (page >= pages.length) {
      pages = Arrays.copyOf(pages, Math.max(page + 1, pages.length * 2));
    }
    var numbers = pages[page];
    if (numbers == null) {
      numbers = new HeadSeries[PAGE];
      pages[page] = numbers;
    }
    numbers[series.number % PAGE] = series;
    return true;
  }

  private void widen() {
    var all = places;
    places = new HeadSeries[all.length * 2];
    for (var series : all) {
      if (series != null) {
        put(series);
      }
    }
  }

  private void put(HeadSeries series) {
    int at = place(series.hash);
    while (places[at] != null) {
      at = after(at);
    }
    places[at] = series;
  }

  void remove(HeadSeries series) {
    if (find(series.number) != series) {
      return;
    }
    size--;
    int at = place(series.hash);
    while (places[at] != series) {
      at = after(at);
    }
    close(at);
    var numbers = pages[series.number / PAGE];
    if (numbers != null) {
      numbers[series.number % PAGE] = null;
      if (Arrays.stream(numbers).allMatch(one -> one == null)) {
        pages[series.number / PAGE] = null;
      }
    }
  }

  /// Empties a place. What stands behind it and would no longer be found moves up.
  private void close(int place) {
    int free = place;
    places[free] = null;
    for (int at = after(free); ; at = after(at)) {
      var series = places[at];
      if (series == null) {
        return;
      }
      int wanted = place(series.hash);
      boolean isBehind = free <= at ? wanted <= free || wanted > at : wanted <= free && wanted > at;
      if (isBehind) {
        places[free] = series;
        places[at] = null;
        free = at;
      }
    }
  }

  private int place(int hash) {
    int mixed = hash * 0x9E3779B9;
    return (mixed ^ (mixed >>> 15)) & (places.length - 1);
  }

  private int after(int place) {
    return (place + 1) & (places.length - 1);
  }

  @Override
  public int size() {
    return size;
  }

  /// In order of numbers.
  @Override
  public Iterator<HeadSeries> iterator() {
    return new Iterator<>() {
      private int number;
      private @Nullable HeadSeries next = following();

      private @Nullable HeadSeries following() {
        while (number < pages.length * PAGE) {
          var series = find(number);
          number += pages[number / PAGE] == null ? PAGE : 1;
          if (series != null) {
            return series;
          }
        }
        return null;
      }

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public HeadSeries next() {
        var one = next;
        if (one == null) {
          throw new NoSuchElementException();
        }
        next = following();
        return one;
      }
    };
  }
}
