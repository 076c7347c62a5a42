namespace Automat.Server.Jobs;

/// <summary>The front door of long work in the background.</summary>
public static class JobsModule
{
    /// <summary>Adds what does confirmed jobs.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services) => services.AddHostedService<JobSweep>();

    /// <summary>Adds a kind of long work.</summary>
    public static IServiceCollection AddJobWork<TWork>(this IServiceCollection services)
        where TWork : class, IJobWork => services.AddSingleton<IJobWork, TWork>();
}
