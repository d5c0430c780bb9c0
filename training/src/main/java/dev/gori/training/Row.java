package dev.gori.training;

/// One labelled example.
///
/// @param features the values, in the order of the data set's columns; all finite
/// @param label 0 or 1
/// @param key what decides on which side of the split the row falls, such as a user's id; rows of
///   one key stay together
public record Row(float[] features, int label, String key) {}
