using System.Text.Json;
using Automat.Domain;

namespace Automat.Server.Journal;

/// <summary>
/// Something that moves money or goods. It says which rows it needs, then decides on them in memory with the pure rules;
/// the journal does all input and output. A broken rule rejects this command alone.
/// </summary>
/// <typeparam name="TAnswer">What the caller learns; kept as JSON, so that a repeat gets the first answer.</typeparam>
public abstract class JournalCommand<TAnswer> : IJournalWork
{
    private readonly TaskCompletionSource<TAnswer> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whose ledger.</summary>
    public required Id<Organization> Organization { get; init; }

    /// <summary>Unique name of this very request within the organisation: a repeat under it gets the stored answer.</summary>
    public abstract string Key { get; }

    /// <summary>What was asked for, in short; the same key with another fingerprint is refused.</summary>
    public virtual string Fingerprint => "";

    /// <summary>The answer, once committed.</summary>
    internal Task<TAnswer> Answer => answer.Task;

    /// <summary>Asks for the rows whose keys are known from the start.</summary>
    public virtual void Ask(JournalRows rows)
    {
    }

    /// <summary>Asks for rows whose keys are known only from the first ones.</summary>
    public virtual void AskMore(JournalRows rows)
    {
    }

    /// <summary>Decides. All changes go into <paramref name="rows"/>; nothing else may be touched.</summary>
    /// <exception cref="RuleException">A rule was broken; nothing of this command is kept.</exception>
    public abstract TAnswer Decide(JournalRows rows, DateTimeOffset now);

    object? IJournalWork.Decide(JournalRows rows, DateTimeOffset now) => Decide(rows, now);

    byte[] IJournalWork.Store(object? value) => JsonSerializer.SerializeToUtf8Bytes((TAnswer)value!);

    object? IJournalWork.Restore(byte[] stored) => JsonSerializer.Deserialize<TAnswer>(stored);

    void IJournalWork.Complete(object? value) => answer.TrySetResult((TAnswer)value!);

    void IJournalWork.Fail(Exception error) => answer.TrySetException(error);
}

/// <summary>A command as the writer sees it, whatever its answer's type.</summary>
internal interface IJournalWork
{
    Id<Organization> Organization { get; }

    string Key { get; }

    string Fingerprint { get; }

    void Ask(JournalRows rows);

    void AskMore(JournalRows rows);

    object? Decide(JournalRows rows, DateTimeOffset now);

    byte[] Store(object? value);

    object? Restore(byte[] stored);

    void Complete(object? value);

    void Fail(Exception error);
}
