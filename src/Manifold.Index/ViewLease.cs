namespace Manifold.Index;

/// <summary>Keeps a view's memory from going. Dispose it when the view is no longer in use; later calls do nothing.</summary>
public sealed class ViewLease : IDisposable
{
    private SearchView? _view;

    internal ViewLease(SearchView view) => _view = view;

    /// <exception cref="ObjectDisposedException">The lease was given back.</exception>
    public SearchView View => Volatile.Read(ref _view) ?? throw new ObjectDisposedException(nameof(ViewLease));

    /// <summary>Another lease of the same view. Only while this one is held.</summary>
    /// <exception cref="ObjectDisposedException">The lease was given back.</exception>
    public ViewLease Share() => View is var view && view.TryEnter() ? new ViewLease(view) : throw new ObjectDisposedException(nameof(ViewLease));

    public void Dispose() => Interlocked.Exchange(ref _view, null)?.Leave();
}
