namespace Automat.Server.Platform;

/// <summary>The settings could not be used; the message says which and what to do, for a person at the console.</summary>
public sealed class SettingsException(string message) : Exception(message);
