using System.Runtime.CompilerServices;

namespace Manifold.Storage.Tests;

/// <summary>Waits for what goes on in the background. A minute is no measure of speed: it is when a test that waits for nothing ends.</summary>
public static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Waits until <paramref name="condition"/> holds; fails the test with the condition's text when it does not within <see cref="Limit"/>.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var token = TestContext.Current.CancellationToken;
        var deadline = DateTime.UtcNow + Limit;
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"still not so after {Limit.TotalSeconds:0} s: {text}");
            await Task.Delay(5, token);
        }
    }

    /// <inheritdoc cref="HoldsAsync(Func{Task{bool}}, string)"/>
    public static Task HoldsAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string text = "") =>
        HoldsAsync(() => Task.FromResult(condition()), text);
}
