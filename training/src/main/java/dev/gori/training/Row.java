package dev.gori.training;

/// One labelled example.
///
/// @param features the values in the order of the data set's columns; all finite
/// @param label 0 or 1
/// @param key decides on which side of the split the row is, such as a user id; rows with the same
///   key stay together
public record Row(float[] features, int label, String key) {}
