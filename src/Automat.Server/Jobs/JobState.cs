namespace Automat.Server.Jobs;

/// <summary>Where long work is that somebody has asked for.</summary>
public enum JobState
{
    /// <summary>Everything was looked at and nothing done: it waits for somebody's word.</summary>
    Checked,

    /// <summary>It is being done; after a restart it goes on where it was.</summary>
    Running,

    /// <summary>All is done.</summary>
    Done,

    /// <summary>Somebody ended it; what was done stays done.</summary>
    Cancelled,
}
