package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import java.util.AbstractCollection;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// The series of the head by labels and by reference. Guarded by the head's lock.
final class SeriesHashmap extends AbstractCollection<MemSeries> {

  /*
   * By labels: an open-addressing hash table with linear probing, at most half full. By
   * reference: pages of an array, since references are sequential and never reused; a page
   * without series is dropped. This takes about 16 bytes per series, a sixth of two HashMaps.
   */

  private static final int PAGE = 1024;

  private @Nullable MemSeries[] slots = new MemSeries[64];
  private @Nullable MemSeries[] @Nullable [] pages = new MemSeries[4][];
  private int size;

  @Nullable MemSeries find(Labels labels) {
    int hash = labels.hashCode();
    for (int at = slotOf(hash); ; at = nextSlot(at)) {
      var series = slots[at];
      if (series == null || (series.hash == hash && series.labels.equals(labels))) {
        return series;
      }
    }
  }

  @Nullable MemSeries find(int number) {
    int page = number / PAGE;
    if (page >= pages.length) {
      return null;
    }
    var numbers = pages[page];
    return numbers == null ? null : numbers[number % PAGE];
  }

  /// Adds a series whose labels and reference are new.
  @Override
  public boolean add(MemSeries series) {
    if (++size > slots.length / 2) {
      grow();
    }
    put(series);
    int page = series.ref / PAGE;
    if (page >= pages.length) {
      pages = Arrays.copyOf(pages, Math.max(page + 1, pages.length * 2));
    }
    var numbers = pages[page];
    if (numbers == null) {
      numbers = new MemSeries[PAGE];
      pages[page] = numbers;
    }
    numbers[series.ref % PAGE] = series;
    return true;
  }

  private void grow() {
    var all = slots;
    slots = new MemSeries[all.length * 2];
    for (var series : all) {
      if (series != null) {
        put(series);
      }
    }
  }

  private void put(MemSeries series) {
    int at = slotOf(series.hash);
    while (slots[at] != null) {
      at = nextSlot(at);
    }
    slots[at] = series;
  }

  void remove(MemSeries series) {
    if (find(series.ref) != series) {
      return;
    }
    size--;
    int at = slotOf(series.hash);
    while (slots[at] != series) {
      at = nextSlot(at);
    }
    closeGap(at);
    var numbers = pages[series.ref / PAGE];
    if (numbers != null) {
      numbers[series.ref % PAGE] = null;
      if (Arrays.stream(numbers).allMatch(one -> one == null)) {
        pages[series.ref / PAGE] = null;
      }
    }
  }

  /// Empties a slot, and moves later entries of its probe sequence up.
  private void closeGap(int slot) {
    int free = slot;
    slots[free] = null;
    for (int at = nextSlot(free); ; at = nextSlot(at)) {
      var series = slots[at];
      if (series == null) {
        return;
      }
      int wanted = slotOf(series.hash);
      boolean isBehind = free <= at ? wanted <= free || wanted > at : wanted <= free && wanted > at;
      if (isBehind) {
        slots[free] = series;
        slots[at] = null;
        free = at;
      }
    }
  }

  private int slotOf(int hash) {
    int mixed = hash * 0x9E3779B9;
    return (mixed ^ (mixed >>> 15)) & (slots.length - 1);
  }

  private int nextSlot(int slot) {
    return (slot + 1) & (slots.length - 1);
  }

  @Override
  public int size() {
    return size;
  }

  /// Sorted by reference.
  @Override
  public Iterator<MemSeries> iterator() {
    return new Iterator<>() {
      private int number;
      private @Nullable MemSeries next = following();

      private @Nullable MemSeries following() {
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
      public MemSeries next() {
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
